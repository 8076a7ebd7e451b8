import { createGitLab } from "../../src/gitlab/gitlab.ts";
import { grantedAccess } from "../../src/gitlab/verification/jwt.ts";
import { decodeLineageTag } from "../../src/model/lineage-tag.ts";
import { decodeRecord } from "../../src/model/record.ts";
import { Secret } from "../../src/model/secret.ts";
import { decodeVersionId } from "../../src/model/version-id.ts";
import { compileNameGlob } from "../../src/policy/glob.ts";
import { loadPolicy } from "../../src/policy/load-policy.ts";
import { createAwsStore } from "../../src/store/aws.ts";
import { hastyClock } from "../gitlab/gitlab-clock.ts";
import { answeringServer } from "./answering-server.ts";

const MIB = 1024 * 1024;
const TEN = 10_000_000;
const filled = (unit: string, bytes = TEN): string => unit.repeat(Math.floor(bytes / unit.length));

/** Readies an input, and gives what is to be measured. */
type Worst = () => Promise<() => unknown>;

const policy =
  (text: string): Worst =>
  async () =>
  () =>
    loadPolicy({ file: "rotation.yaml", bytes: Buffer.from(text.slice(0, MIB)) });

const gitlabAnswers =
  (body: string, status = 200): Worst =>
  async () => {
    const server = await answeringServer();
    const token = new Secret("glpat-0123456789abcdefghij");
    const gitlab = createGitLab({
      url: server.url,
      token,
      clock: hastyClock(),
      requestsPerSecond: 1e6,
      concurrency: 8,
    });
    const target = { kind: "project", id: 42, path: "platform/api" } as const;
    // Connected and warm, as in a pass.
    await gitlab.listTokens(target).catch(() => undefined);
    server.answer = { status, headers: { "content-type": "application/json", "x-next-page": "" }, body };
    return () => gitlab.listTokens(target);
  };

const awsAnswers =
  (body: string, status = 200): Worst =>
  async () => {
    process.env["AWS_ACCESS_KEY_ID"] = "a";
    process.env["AWS_SECRET_ACCESS_KEY"] = "b";
    const server = await answeringServer();
    const store = await createAwsStore({ region: "us-east-1", endpoint: server.url, clock: hastyClock() });
    server.answer = { status: 400, body: "{}" };
    await store.describe("x").catch(() => undefined);
    server.answer = { status, headers: { "x-amzn-requestid": "r-1" }, body };
    return () => store.describe("x");
  };

const jwt = (claims: string): string =>
  JSON.stringify({ token: `e30.${Buffer.from(claims).toString("base64url")}.s` });

const half = `${filled("[", TEN / 2)}${filled("]", TEN / 2)}`;

export const WORST: Readonly<Record<string, Worst>> = {
  "policy of open brackets": policy(filled("[", MIB)),
  "policy of items": policy(filled("- x\n", MIB)),
  "policy of keys": policy(Array.from({ length: 80_000 }, (_, index) => `k${index}: 1\n`).join("")),
  "policy of token entries": policy(`projects:\n- path: a/b\n  tokens:\n${filled("  - {x: 1}\n", MIB)}`),
  "policy of one long word": policy(`version: ${filled("x", MIB)}`),
  "policy of one long quoted word": policy(`version: "${filled("\\n", MIB - 20)}"`),
  "policy of one list": policy(`version: [${filled("x,", MIB)}`),
  "policy of one list that ends": policy(`version: [${filled("x,", 290_000)}]`),
  "policy of few lines and their aliases": policy(
    `a: &a [${filled("x,", 9_000)}]\nb: [${filled("*a,", 28_000)}]`,
  ),
  "policy of aliases": policy(`a: &a [${filled("x,", 50_000)}]\nb: [${filled("*a,", 100_000)}]`),
  "policy of tags": policy(filled("- !x y\n", MIB)),
  "policy of comments": policy(filled("#\n", MIB)),
  "policy of rubbish": policy(filled("}:&*!|>%@`\"'", MIB)),
  "GitLab: brackets": gitlabAnswers(half),
  "GitLab: numbers": gitlabAnswers(`[${filled("1,")}1]`),
  "GitLab: objects": gitlabAnswers(`[${filled("{},")}{}]`),
  "GitLab: scopes": gitlabAnswers(`[{"id":1,"scopes":[${filled("1,")}1]}]`),
  "GitLab: one string": gitlabAnswers(`["${filled("x")}"]`),
  "GitLab: escapes": gitlabAnswers(`["${filled(String.raw`\"`)}"]`),
  "GitLab: a page in HTML": gitlabAnswers(filled("<p>{[,")),
  "GitLab: white space": gitlabAnswers(filled(" ")),
  "GitLab: a refusal of objects": gitlabAnswers(`{"message":[${filled("{},")}{}]}`, 403),
  "GitLab: a refusal of one string": gitlabAnswers(`{"message":"${filled("\\u001b")}"}`, 403),
  "AWS: brackets": awsAnswers(`{"Tags":${half}}`),
  "AWS: objects": awsAnswers(`{"Tags":[${filled("{},")}{}]}`),
  "AWS: one string": awsAnswers(`{"Name":"${filled("x")}"}`),
  "AWS: rubbish": awsAnswers(filled("x")),
  "AWS: a refusal of one string": awsAnswers(`{"__type":"${filled("x")}","message":"${filled("y")}"}`, 400),
  "JWT of brackets": async () => () => grantedAccess(jwt(half)),
  "JWT of objects": async () => () => grantedAccess(jwt(`{"access":[${filled("{},")}{}]}`)),
  "JWT of dots": async () => () => grantedAccess(JSON.stringify({ token: filled(".") })),
  "tag, record and version id of 10 MB": async () => () =>
    [filled("="), `at=${filled("1/")}`, filled("deploy-token-")].map((text) => [
      decodeLineageTag(`h projects/1 ${text}`),
      decodeRecord(text),
      decodeVersionId(text),
    ]),
  "glob of three stars on a name of 255": async () => () =>
    ["a*a*a*b", "*a*a*", "{a,aa}*{a,aa}*{a,aa}b"].map((glob) => compileNameGlob(glob)(filled("a", 255))),
};

if (import.meta.filename === process.argv[1]) {
  const run = await WORST[process.argv[2] ?? ""]?.();
  const before = process.resourceUsage().maxRSS;
  const started = { cpu: process.cpuUsage(), wall: performance.now() };
  let outcome = "taken";
  try {
    await run?.();
  } catch (error) {
    outcome = (error instanceof Error ? error.message : String(error)).slice(0, 100);
  }
  const { user, system } = process.cpuUsage(started.cpu);
  // The clock counts what others do on this machine, the processor counts the collector's threads side by side.
  const milliseconds = Math.round(Math.min((user + system) / 1000, performance.now() - started.wall));
  const megabytes = Math.round((process.resourceUsage().maxRSS - before) / 1024);
  console.log(JSON.stringify({ milliseconds, megabytes, outcome }));
  process.exit();
}
