import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { differences, type Strictness } from "../support/gitlab/differences.ts";
import { buildStage, type Exchange, type Recording, type Stage } from "../support/gitlab/recorded-world.ts";

/** Made anew for every answer, or by the connection rather than by GitLab. */
const OF_THE_MOMENT = new Set(["date", "etag", "x-gitlab-meta", "vary"]);
const OF_THE_CONNECTION = new Set(["connection", "keep-alive", "content-length"]);

/** Values that no two servers share. */
const OWN = new Set(["token", "revision"]);

const ask = async (stage: Stage, exchange: Exchange): Promise<Response> => {
  stage.moveClock(new Date(String(exchange.headers["Date"])));
  const path = exchange.path.replace(/(groups|projects)\/(\d+)/, (whole, kind: string) => {
    return `${kind}/${stage.ids.get(whole) ?? 0}`;
  });
  return fetch(`${stage.gitlab.url}${path}`, {
    method: exchange.method,
    headers: { "private-token": stage.tokenFor(exchange), "content-type": "application/json" },
    ...(exchange.request_body !== null && { body: JSON.stringify(exchange.request_body) }),
  });
};

const headerFindings = (exchange: Exchange, response: Response): string[] => {
  const recorded = new Map(
    Object.entries(exchange.headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
  const ours = new Map([...response.headers].filter(([name]) => !OF_THE_CONNECTION.has(name)));
  const strange = [...ours.keys()].filter((name) => !recorded.has(name));
  return [
    ...strange.map((name) => `the header ${name} is not in the recording`),
    ...[...recorded].flatMap(([name, value]) => {
      if (!ours.has(name)) return [`the header ${name} is missing`];
      if (OF_THE_MOMENT.has(name) || ours.get(name) === value) return [];
      return [`the header ${name} is ${ours.get(name)}, recorded as ${value}`];
    }),
  ];
};

const strictnessFor = ({ path, status }: Exchange): Strictness => {
  if (status >= 400 || path.includes("deploy_tokens") || path.endsWith("/metadata")) return "value";
  return /\/(groups|projects)\/[^/]+$/.test(path) ? "subset" : "shape";
};

const masked = (body: unknown): unknown =>
  JSON.parse(JSON.stringify(body), (key, value) => (OWN.has(key) ? typeof value : value));

const bodyFindings = async (exchange: Exchange, response: Response): Promise<string[]> => {
  const text = await response.text();
  const ours: unknown = text === "" ? "" : JSON.parse(text);
  return differences(masked(exchange.body), masked(ours), { strictness: strictnessFor(exchange), at: "" });
};

const replay = async (stage: Stage, exchange: Exchange): Promise<string[]> => {
  const response = await ask(stage, exchange);
  const status =
    response.status === exchange.status
      ? []
      : [`the status is ${response.status}, recorded as ${exchange.status}`];
  return [...status, ...headerFindings(exchange, response), ...(await bodyFindings(exchange, response))];
};

const replayAll = async (file: string): Promise<readonly boolean[]> => {
  const recording: Recording = JSON.parse(readFileSync(file, "utf8"));
  const stage = await buildStage(recording);
  const results: boolean[] = [];
  for (const [flow, exchanges] of Object.entries(recording.flows)) {
    for (const exchange of exchanges) {
      const findings = await replay(stage, exchange);
      const title = `${recording.gitlab_version} ${flow}: ${exchange.method} ${exchange.path} ${exchange.status}`;
      console.log(`${findings.length === 0 ? "ok  " : "FAIL"} ${title}`);
      for (const finding of findings) console.log(`       ${finding}`);
      results.push(findings.length === 0);
    }
  }
  await stage.gitlab.close();
  return results;
};

const folder = process.argv[2];
if (folder === undefined) {
  console.error("usage: node test/conformance/gitlab-simulator.ts <folder of recordings>");
  process.exit(64);
}
const results: boolean[] = [];
for (const file of readdirSync(folder).filter((name) => name.endsWith(".json"))) {
  results.push(...(await replayAll(join(folder, file))));
}
const failed = results.filter((passed) => !passed).length;
console.log(`${results.length - failed} passed, ${failed} failed`);
// Nothing compared is nothing proved.
process.exitCode = failed > 0 || results.length === 0 ? 1 : 0;
