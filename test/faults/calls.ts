import type { FaultRule as GitLabRule } from "../support/http/faults.ts";
import type { PassWorld } from "../support/pass-world.ts";
import type { FaultRule as AwsRule } from "../support/secrets-manager/faults.ts";
import type { Start } from "./scene.ts";

/** A call of a pass: the nth of its kind from that start. */
interface Place {
  readonly start: Start;
  readonly nth?: number;
}

export interface GitLabPlace extends Place {
  readonly method: "GET" | "POST" | "DELETE";
  readonly route: RegExp;
}

export interface AwsPlace extends Place {
  readonly operation: string;
}

const PROJECT = /^\/api\/v4\/projects\/:id$/;
const TOKENS = /\/deploy_tokens$/;
const TOKEN = /\/deploy_tokens\/:token_id$/;

/** Every call to GitLab of a pass that creates, renews, deletes or looks for a token. */
export const GITLAB_CALLS = {
  resolve: { start: "due", method: "GET", route: PROJECT },
  list: { start: "due", method: "GET", route: TOKENS },
  "list again": { start: "due", method: "GET", route: TOKENS, nth: 2 },
  "get token": { start: "gone", method: "GET", route: TOKEN },
  POST: { start: "nothing", method: "POST", route: TOKENS },
  "POST of a renewal": { start: "due", method: "POST", route: TOKENS },
  "place to log in": { start: "nothing", method: "GET", route: PROJECT, nth: 2 },
  "log in": { start: "due", method: "GET", route: /^\/jwt\/auth$/ },
  DELETE: { start: "superseded", method: "DELETE", route: TOKEN },
  "DELETE of a stray": { start: "stray", method: "DELETE", route: TOKEN },
} as const satisfies Record<string, GitLabPlace>;

export type GitLabCall = keyof typeof GITLAB_CALLS;

/** Every call to Secrets Manager. */
export const AWS_CALLS = {
  ListSecrets: { start: "due", operation: "ListSecrets" },
  DescribeSecret: { start: "nothing", operation: "DescribeSecret" },
  "DescribeSecret again": { start: "nothing", operation: "DescribeSecret", nth: 2 },
  CreateSecret: { start: "nothing", operation: "CreateSecret" },
  "DescribeSecret after CreateSecret": { start: "nothing", operation: "DescribeSecret", nth: 3 },
  TagResource: { start: "due", operation: "TagResource" },
  "DescribeSecret before the put": { start: "due", operation: "DescribeSecret", nth: 2 },
  PutSecretValue: { start: "nothing", operation: "PutSecretValue" },
  "PutSecretValue of a renewal": { start: "due", operation: "PutSecretValue" },
  "DescribeSecret before a DELETE": { start: "superseded", operation: "DescribeSecret" },
  ListSecretVersionIds: { start: "stray", operation: "ListSecretVersionIds" },
} as const satisfies Record<string, AwsPlace>;

export type AwsCall = keyof typeof AWS_CALLS;

export const strikeGitLab = (
  world: PassWorld,
  call: GitLabCall | GitLabPlace,
  fault: Omit<GitLabRule, "match">,
): void => {
  const { method, route, nth = 1 }: GitLabPlace = typeof call === "string" ? GITLAB_CALLS[call] : call;
  let seen = 0;
  const where = (): boolean => {
    seen += 1;
    return seen >= nth;
  };
  world.gitlab.faults.add({ ...fault, match: { method, route, where } });
};

export const strikeAws = (
  world: PassWorld,
  call: AwsCall | AwsPlace,
  fault: Omit<AwsRule, "match" | "skip">,
): void => {
  const { operation, nth = 1 }: AwsPlace = typeof call === "string" ? AWS_CALLS[call] : call;
  world.aws.faults.push({ ...fault, match: { operation }, skip: nth - 1 });
};
