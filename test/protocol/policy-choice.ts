import type { Scope } from "../../src/model/deploy-token.ts";
import { DAY, HOUR, MINUTE, milliseconds } from "../../src/model/duration.ts";
import type { Existing, NeverExpires, Policy, TokenEntry } from "../../src/model/policy.ts";

/** What people change in rotation.yaml: a few values of each key that the protocol depends on. */
export interface PolicyChoice {
  readonly targets: "project" | "project and group";
  readonly kind: "declared" | "match";
  readonly lifetime: 30 | 60;
  readonly overlapHours: 1 | 24;
  readonly secret: "{kind}/{path}/{name}" | "moved/{kind}/{name}" | "shared/{name}";
  readonly existing: Existing;
  readonly existingOverlap: "expiry" | "3h" | "10d";
  readonly neverExpires: NeverExpires;
  readonly adoptSecret: boolean;
  readonly scopes: "one" | "two";
  /** Whether our access token may list every token of the instance. */
  readonly access: "maintainer" | "administrator";
}

export const DEFAULT_CHOICE: PolicyChoice = {
  targets: "project",
  kind: "declared",
  lifetime: 30,
  overlapHours: 24,
  secret: "{kind}/{path}/{name}",
  existing: "adopt",
  existingOverlap: "expiry",
  neverExpires: "report",
  adoptSecret: false,
  scopes: "one",
  access: "maintainer",
};

export const TOKEN_NAME = "pull";
export const SCOPES_OF: Readonly<Record<PolicyChoice["scopes"], readonly Scope[]>> = {
  one: ["read_registry"],
  two: ["read_repository", "read_registry"],
};
export const SAFETY = {
  rotationDeadline: milliseconds(5 * MINUTE),
  strayAfter: milliseconds(20 * MINUTE),
};
const EXISTING_OVERLAPS = {
  expiry: "expiry",
  "3h": milliseconds(3 * HOUR),
  "10d": milliseconds(10 * DAY),
} as const;

export const overlapOf = (choice: PolicyChoice): number => choice.overlapHours * HOUR;

const entryOf = (choice: PolicyChoice): TokenEntry => {
  const settings = {
    lifetime: milliseconds(choice.lifetime * DAY),
    renewBefore: milliseconds((choice.lifetime / 3) * DAY),
    overlap: milliseconds(overlapOf(choice)),
    secret: choice.secret,
    format: "json",
    verify: "auto",
    existing: choice.existing,
    existingOverlap: EXISTING_OVERLAPS[choice.existingOverlap],
    neverExpires: choice.neverExpires,
    adoptSecret: choice.adoptSecret,
    username: undefined,
    position: { file: "rotation.yaml", line: 1, column: 1 },
  } as const;
  return choice.kind === "declared"
    ? { ...settings, kind: "declared", name: TOKEN_NAME, scopes: SCOPES_OF[choice.scopes] }
    : { ...settings, kind: "match", pattern: "p*" };
};

/** A policy for one token of the project and, with it, one of the group: both of one name and id. */
export const policyOf = (choice: PolicyChoice): Policy => {
  const position = { file: "rotation.yaml", line: 1, column: 1 };
  const tokens = [entryOf(choice)];
  return {
    gitlab: { url: "https://gitlab.example.com", instance: "gitlab.example.com" },
    store: {
      type: "aws-secrets-manager",
      region: "eu-west-1",
      kmsKeyId: undefined,
      tags: { team: "platform" },
    },
    schedule: undefined,
    server: undefined,
    projects: [{ target: { kind: "project", idOrPath: 42 }, tokens, position }],
    groups:
      choice.targets === "project"
        ? []
        : [{ target: { kind: "group", idOrPath: 42 }, tokens, projects: undefined, position }],
    limits: { concurrency: 2, gitlabRequestsPerSecond: 25, maxRotations: 100 },
    safety: SAFETY,
    notify: [],
    engine: { type: "local" },
  };
};
