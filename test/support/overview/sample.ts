import { DAY, HOUR, MINUTE } from "../../../src/model/duration.ts";
import type { FleetView, Replica } from "../../../src/model/fleet.ts";
import type { PassAction, PassRecord } from "../../../src/model/history.ts";
import type { Overview } from "../../../src/model/overview.ts";
import type { PassSummary } from "../../../src/model/report.ts";
import { LINEAGE_STATES, type LineageState, type LineageStatus } from "../../../src/model/status.ts";
import { byUrgency, summariseStates } from "../../../src/report/status.ts";

export const NOW = new Date("2026-11-23T09:30:00Z");
export const later = (milliseconds: number): Date => new Date(NOW.getTime() + milliseconds);

/** A number from 0 to `below`, the same for the same seed: samples are compared by eye. */
const dice = (seed: number, below: number): number => {
  const mixed = Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) ^ 0x9e3779b9;
  return (Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39) >>> 0) % below;
};

const TEAMS = ["platform", "payments", "data", "mobile", "search", "identity"];
const PLACES = ["api", "web", "worker", "billing/ledger", "infrastructure/terraform-modules", "reports"];
const TOKENS = ["registry-pull", "ci-packages", "cluster-pull", "terraform-modules", "mirror"];

export const aLineageStatus = (parts: Partial<LineageStatus> = {}): LineageStatus => ({
  kind: "project",
  targetId: 42,
  path: "platform/api",
  token: "registry-pull",
  state: "healthy",
  reason: "Healthy",
  message: "nothing to do",
  secret: "gitlab/project/platform/api/registry-pull",
  tokenId: 4711,
  expiresAt: later(62 * DAY),
  renewsAt: later(32 * DAY),
  waiting: [],
  error: undefined,
  ...parts,
});

const STATES: Readonly<Record<LineageState, (index: number) => Partial<LineageStatus>>> = {
  failing: (index) => ({
    reason: "Renewing",
    message: "expires within renew_before (30d)",
    expiresAt: later((1 + dice(index, 9)) * DAY),
    renewsAt: later(-20 * DAY),
    error: {
      code: "ERR_GITLAB_FORBIDDEN",
      message:
        "GitLab answered 403 to POST /groups/{id}/deploy_tokens: our access token may list the group's deploy tokens but not create them. Make its user an Owner of the group.",
    },
  }),
  conflict: () => ({
    reason: "ForeignSecret",
    message:
      "the secret carries the tag gitlab.example.com projects/9 mirror of another lineage; give this one another `secret:` or remove the tag",
  }),
  "in-progress": () => ({
    reason: "InProgress",
    message: "a rotation began 4 minutes ago; it is left alone until 09:46 UTC",
  }),
  due: (index) => ({
    reason: "Renewing",
    message: "expires within renew_before (30d); waits for the next pass, as max_rotations is reached",
    expiresAt: later((20 + dice(index, 9)) * DAY),
    renewsAt: later(-1 * DAY),
  }),
  overlapping: (index) => ({
    expiresAt: later(89 * DAY),
    renewsAt: later(59 * DAY),
    waiting: [
      {
        tokenId: 9_000 + index,
        until: later((2 + dice(index, 20)) * HOUR),
        message: `token ${9_000 + index} is deleted after its overlap`,
      },
    ],
  }),
  healthy: () => ({}),
};

const stateOf = (index: number, trouble: boolean): LineageState => {
  const drawn = dice(index * 7 + 3, 100);
  if (trouble && drawn < 30) return LINEAGE_STATES[drawn % 4] ?? "healthy";
  return drawn < 37 ? "overlapping" : "healthy";
};

const sampleLineage = (index: number, trouble: boolean): LineageStatus => {
  const kind = dice(index, 5) === 0 ? "group" : "project";
  const team = TEAMS[index % TEAMS.length] ?? "";
  const place = PLACES[dice(index + 11, PLACES.length)] ?? "";
  const path = kind === "group" ? `${team}/squad-${index}` : `${team}/${place}-${index}`;
  const token = TOKENS[dice(index + 5, TOKENS.length)] ?? "";
  const lives = 31 + dice(index * 13, 59);
  const state = stateOf(index, trouble);
  return aLineageStatus({
    kind,
    path,
    token,
    targetId: 100 + index,
    secret: `gitlab/${kind}/${path}/${token}`,
    tokenId: 4_000 + index,
    expiresAt: later(lives * DAY + dice(index, 24) * HOUR),
    renewsAt: later((lives - 30) * DAY + dice(index, 24) * HOUR),
    state,
    ...STATES[state](index),
  });
};

const aSummary = (parts: Partial<PassSummary>): PassSummary => ({
  lineages: 0,
  create: 0,
  rotate: 0,
  delete: 0,
  keep: 0,
  report: 0,
  failed: 0,
  ...parts,
});

export const aPassRecord = (parts: Partial<PassRecord> = {}): PassRecord => ({
  startedAt: later(-7 * HOUR),
  finishedAt: later(-7 * HOUR + 94_000),
  summary: aSummary({}),
  warnings: [],
  actions: [],
  error: undefined,
  ...parts,
});

const actionOf = ({ kind, path, token, tokenId, reason, message, error }: LineageStatus): PassAction => ({
  kind,
  path,
  token,
  action: "rotate",
  reason: error === undefined ? "Renewing" : reason,
  message: error === undefined ? "expires within renew_before (30d)" : message,
  ...(tokenId === undefined ? {} : { tokenId }),
  ...(error === undefined
    ? { newTokenId: (tokenId ?? 0) + 800, result: "done" as const }
    : { error, result: "failed" as const }),
});

export interface SampleOptions {
  readonly lineages: number;
  readonly trouble?: boolean;
}

/** What a page, metrics or a digest may have to show: so many lineages, in good or in bad shape. */
export const aSampleOverview = ({ lineages: amount, trouble = false }: SampleOptions): Overview => {
  const lineages = Array.from({ length: amount }, (_, index) => sampleLineage(index, trouble)).sort(
    byUrgency,
  );
  const rotated = lineages.filter(({ state }) => state === "overlapping").slice(0, 60);
  const failing = lineages.filter(({ state }) => state === "failing").slice(0, 5);
  const pass = (days: number, actions: readonly PassAction[]): PassRecord =>
    aPassRecord({
      startedAt: later(-7 * HOUR - days * DAY),
      finishedAt: later(-7 * HOUR - days * DAY + amount * 180),
      actions,
      summary: aSummary({
        lineages: amount,
        keep: amount - actions.length,
        rotate: actions.length,
        failed: actions.filter(({ result }) => result === "failed").length,
      }),
    });
  return {
    version: "0.1.0",
    startedAt: later(-12 * DAY),
    policyFile: "/etc/deploy-token-rotator/rotation.yaml",
    gitlabUrl: "https://gitlab.example.com",
    awsRegion: "eu-west-1",
    schedule: { cron: "17 3 * * *", timezone: "Europe/Berlin" },
    interval: DAY,
    nextPassAt: later(17 * HOUR),
    status: {
      at: later(-7 * HOUR + amount * 180),
      lineages,
      summary: summariseStates(lineages),
      warnings: trouble
        ? [
            "Not all secrets can be listed, so those are looked up by the policy's names only: AccessDenied on ListSecrets.",
          ]
        : [],
      accessToken: {
        id: 77,
        name: "deploy-token-rotator",
        scopes: ["api"],
        active: true,
        expiresAt: later((trouble ? 6 : 200) * DAY),
      },
    },
    passes: [
      pass(0, [...failing, ...rotated].map(actionOf)),
      pass(1, []),
      pass(2, rotated.slice(0, 4).map(actionOf)),
      ...(trouble
        ? [
            aPassRecord({
              startedAt: later(-3 * DAY),
              finishedAt: later(-3 * DAY + MINUTE),
              error: "ERR_SECRET_UNAVAILABLE: AWS cannot be reached (ETIMEDOUT)",
            }),
          ]
        : []),
    ],
    running: trouble
      ? {
          startedAt: later(-4 * MINUTE),
          phase: "observing",
          done: 1_840,
          total: 5_000,
          waitsUntil: later(MINUTE),
        }
      : undefined,
    fleet: trouble ? aFleet() : undefined,
  };
};

/** Three replicas, one of which has another policy. */
export const aFleet = (over: Partial<FleetView> = {}): FleetView => {
  const replica = (id: string, more: Partial<Replica> = {}): Replica => ({
    id,
    host: `rotator-${id}`,
    pid: 7,
    version: "0.4.2",
    policy: "62ebf6a69b343bb5",
    since: later(-3 * HOUR),
    doing: undefined,
    ...more,
  });
  return {
    name: "gitlab.example.com",
    self: "a",
    replicas: [
      replica("a", { doing: "coordinating the pass; reading 50 targets" }),
      replica("b"),
      replica("c", { policy: "2075bb9c5eec534b", since: later(-MINUTE) }),
    ],
    policyInForce: "62ebf6a69b343bb5",
    lostSince: undefined,
    ...over,
  };
};

/** Before the first pass has come to an end. */
export const anEmptyOverview = (): Overview => ({
  ...aSampleOverview({ lineages: 0 }),
  startedAt: later(-MINUTE),
  status: undefined,
  passes: [],
  nextPassAt: undefined,
  running: {
    startedAt: later(-30_000),
    phase: "resolving",
    done: 0,
    total: undefined,
    waitsUntil: undefined,
  },
});
