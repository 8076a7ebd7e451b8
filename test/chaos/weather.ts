import type { FaultRule as GitLabFault } from "../support/http/faults.ts";
import type { FaultRule as AwsFault } from "../support/secrets-manager/faults.ts";
import type { Dice } from "./dice.ts";
import type { World } from "./world.ts";

const TOKENS = /deploy_tokens/;
const TRIES = [/deploy_tokens/, /jwt|info\/refs|pypi/, /.*/];
/** One second only: GitLab's own answer asks for up to a minute, and no child lives that long. */
const limited = {
  status: 429,
  headers: { "Retry-After": "1", "Content-Type": "text/plain" },
  body: "Retry later\n",
};
const broken = (status: number) => ({
  status,
  headers: { "Content-Type": "text/html" },
  body: "<h1>Sorry</h1>",
});

const gitlabFault = (dice: Dice): GitLabFault => {
  const match = { method: dice.pick(["GET", "POST", "DELETE"]), route: dice.pick(TRIES) };
  const writes = { method: dice.pick(["POST", "DELETE"]), route: TOKENS };
  return dice.pick<GitLabFault>([
    { match, respond: limited },
    { match, respond: broken(dice.pick([500, 502, 503])) },
    { match: writes, respond: broken(503) },
    { match: writes, after: { respond: broken(502) } },
    { match: writes, after: "reset" },
    { match: writes, after: "truncate" },
    { match, before: "reset" },
    { match, latencyMs: dice.whole(200, 2_500) },
    {
      match: { method: "POST", route: TOKENS },
      respond: { status: 400, headers: {}, body: '{"message":"no"}' },
    },
    { match: { route: /jwt/ }, respond: { status: 401, headers: {}, body: "{}" } },
  ]);
};

const awsFault = (dice: Dice): AwsFault => {
  const operation = dice.pick([
    "CreateSecret",
    "TagResource",
    "PutSecretValue",
    "PutSecretValue",
    "DescribeSecret",
    "ListSecrets",
    "ListSecretVersionIds",
  ]);
  const match = { operation };
  return dice.pick<AwsFault>([
    { match, times: 1, before: { error: "ThrottlingException", message: "Rate exceeded", status: 400 } },
    { match, times: 1, before: { error: "InternalServiceError", status: 500 } },
    { match, times: 1, before: { error: "AccessDeniedException", status: 400 } },
    { match, times: 1, before: "reset" },
    { match, times: 1, after: "reset" },
    { match, times: 1, after: "truncate" },
    { match, times: 1, after: { status: 503 } },
    { match, times: 1, latencyMs: dice.whole(200, 2_500) },
    // Up to five minutes in real life, beside a `stray_after` of twenty.
    {
      match: { operation: dice.pick(["DescribeSecret", "ListSecrets"]) },
      times: 20,
      staleMs: dice.whole(100, 900),
    },
  ]);
};

/** New faults for the next while; those of the last one that met nobody are gone. */
export const changeWeather = ({ gitlab, aws }: World, dice: Dice): void => {
  calmDown({ gitlab, aws });
  const bad = dice.chance(0.6);
  for (let left = bad ? dice.whole(1, 4) : 0; left > 0; left -= 1) {
    if (aws !== undefined && dice.chance(0.5)) aws.faults.push(awsFault(dice));
    else gitlab.faults.add({ ...gitlabFault(dice), times: dice.whole(1, 3) });
  }
  if (dice.chance(0.15)) gitlab.faults.replicaLag = { refusals: dice.whole(1, 2) };
};

export const calmDown = ({ gitlab, aws }: Pick<World, "gitlab" | "aws">): void => {
  gitlab.faults.clear();
  aws?.faults.splice(0);
};
