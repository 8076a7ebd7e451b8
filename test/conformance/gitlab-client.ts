import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Checks, createChecks } from "./checks.ts";
import { readDescription, type Statements, statementsOf } from "./gitlab-description.ts";
import { replay } from "./gitlab-replay.ts";
import { type Exchange, readSchemas } from "./gitlab-schemas.ts";
import { type Difference, INTENDED } from "./intended-differences.ts";

const DOCUMENT = new URL("../../config/gitlab.openapi.yaml", import.meta.url);

interface Recording {
  readonly gitlab_version: string;
  readonly flows: Readonly<Record<string, readonly Exchange[]>>;
}

const filesIn = (folder: string, ending: string): readonly string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith(ending))
    .sort();

/** Everything that GitLab's own description states must stand in ours, or differ for a reason that we can name. */
const compareDescriptions = (checks: Checks, folder: string): void => {
  const ours = statementsOf(readDescription(DOCUMENT));
  const used = new Set<string>();
  for (const file of filesIn(folder, ".yaml")) {
    const theirs = statementsOf(readDescription(join(folder, file)));
    for (const difference of pairs(ours, theirs)) {
      const reason = INTENDED.find(({ covers }) => covers(difference))?.reason;
      if (difference.ours !== difference.theirs && reason !== undefined) used.add(reason);
      checks.check(`${file}: ${difference.statement}`, ...verdict(difference, reason));
    }
  }
  for (const { reason } of INTENDED)
    checks.check(
      `still a difference: ${reason}`,
      used.has(reason) ? [] : ["no description differs so any more"],
    );
};

const pairs = (ours: Statements, theirs: Statements): readonly Difference[] =>
  [...new Set([...theirs.keys(), ...[...ours.keys()].filter((key) => /\/deploy_tokens\b/.test(key))])].map(
    (statement) => ({ statement, ours: ours.get(statement), theirs: theirs.get(statement) }),
  );

const verdict = (
  { ours, theirs }: Difference,
  reason: string | undefined,
): [problems: readonly string[], remark?: string] => {
  if (ours === theirs) return [[]];
  const words = `GitLab says "${theirs ?? "nothing"}", we say "${ours ?? "nothing"}"`;
  return reason === undefined ? [[words]] : [[], `${words}: ${reason}`];
};

/** Every recorded answer must be one that our document allows and that our client understands. */
const replayRecordings = async (checks: Checks, folder: string): Promise<void> => {
  const schemas = readSchemas(DOCUMENT);
  for (const file of filesIn(folder, ".json")) {
    const { flows } = JSON.parse(readFileSync(join(folder, file), "utf8")) as Recording;
    for (const exchange of Object.values(flows).flat()) {
      const name = `${file}: ${exchange.method} ${exchange.path} ${exchange.status}`;
      const route = schemas.routeOf(exchange);
      if (route === undefined) {
        checks.mention(`${name} is nothing that we ask`);
        continue;
      }
      checks.check(`${name} as described`, schemas.problems(exchange));
      checks.check(`${name} as understood`, await replay(route, exchange));
    }
  }
};

const main = async ([descriptions, recordings]: readonly string[]): Promise<number> => {
  if (descriptions === undefined || recordings === undefined) {
    console.error("usage: node test/conformance/gitlab-client.ts DESCRIPTIONS RECORDINGS");
    return 64;
  }
  const checks = createChecks(console.log);
  compareDescriptions(checks, descriptions);
  await replayRecordings(checks, recordings);
  return checks.conclude();
};

process.exitCode = await main(process.argv.slice(2));
