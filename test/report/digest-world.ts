import type { AccessToken } from "../../src/model/access-token.ts";
import type { Digest } from "../../src/model/digest.ts";
import type { PassAction } from "../../src/model/history.ts";
import type { LineageStatus, StatusReport } from "../../src/model/status.ts";
import { concernsOf, type Situation } from "../../src/report/concerns.ts";
import { type Interest, nextDigest } from "../../src/report/digest.ts";
import { NOTHING_TOLD, type ReceiverMemory } from "../../src/report/notification-memory.ts";
import { summariseStates } from "../../src/report/status.ts";

export const T0 = new Date("2026-11-23T03:00:00Z");
export const daysOn = (days: number, hours = 0): Date =>
  new Date(T0.getTime() + days * 86_400_000 + hours * 3_600_000);

export const aLineage = (given: Partial<LineageStatus> = {}): LineageStatus => ({
  kind: "project",
  targetId: 42,
  path: "platform/api",
  token: "ci",
  state: "failing",
  reason: "Renewing",
  message: "expires in 29 days",
  secret: "gitlab/project/platform/api/ci",
  tokenId: 4711,
  expiresAt: daysOn(29),
  renewsAt: undefined,
  waiting: [],
  error: { code: "ERR_SECRET_UNAVAILABLE", message: "AWS did not answer" },
  ...given,
});

export const fine = (given: Partial<LineageStatus> = {}): LineageStatus =>
  aLineage({ state: "healthy", reason: "Healthy", message: "", error: undefined, ...given });

export const aStatus = (
  lineages: readonly LineageStatus[],
  given: Partial<Pick<StatusReport, "warnings" | "accessToken">> = {},
): StatusReport => ({
  at: T0,
  lineages,
  summary: summariseStates(lineages),
  warnings: [],
  accessToken: undefined,
  ...given,
});

export const anAccessToken = (given: Partial<AccessToken> = {}): AccessToken => ({
  id: 9,
  name: "rotator",
  scopes: ["api"],
  active: true,
  expiresAt: daysOn(365),
  ...given,
});

export const aSituation = (given: Partial<Situation>): Situation => ({
  status: undefined,
  error: undefined,
  findings: undefined,
  accessToken: given.status?.accessToken,
  done: [],
  ...given,
});

export const aRotation = (given: Partial<PassAction> = {}): PassAction => ({
  kind: "project",
  path: "platform/api",
  token: "ci",
  action: "rotate",
  reason: "Renewing",
  message: "expires in 29 days",
  tokenId: 4711,
  newTokenId: 4712,
  result: "done",
  ...given,
});

export const EVERYTHING: Interest = { minSeverity: "warning", wants: undefined };

/** One receiver, told of one pass after the other. */
export const aListener = (interest: Interest = EVERYTHING) => {
  let memory: ReceiverMemory = NOTHING_TOLD;
  return {
    hear: (situation: Partial<Situation>, now: Date): Digest | undefined => {
      const whole = aSituation(situation);
      const next = nextDigest({
        ...concernsOf(whole, now),
        done: whole.done,
        interest,
        memory,
        gitlab: "https://gitlab.example.com",
        now,
      });
      memory = next.memory;
      return next.digest;
    },
    memory: () => memory,
  };
};

/** `new warning Renewing ci`, an entry for each item. */
export const told = (digest: Digest | undefined): readonly string[] | undefined =>
  digest?.items.map(({ change, severity, reason, token }) =>
    [change, severity, reason, token ?? "-"].join(" "),
  );
