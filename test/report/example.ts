import { DAY, HOUR } from "../../src/model/duration.ts";
import type { ActionReport, LineageReport, PassReport } from "../../src/model/report.ts";

export const T0 = new Date("2026-11-23T03:00:00Z");
export const later = (milliseconds: number): Date => new Date(T0.getTime() + milliseconds);

export const aLineage = (parts: Partial<LineageReport> = {}): LineageReport => ({
  kind: "project",
  targetId: 42,
  path: "platform/api",
  token: "registry-pull",
  secret: "prod/api/registry-pull",
  actions: [],
  waiting: [],
  ...parts,
});

export const anAction = (parts: Partial<ActionReport> = {}): ActionReport => ({
  action: "rotate",
  reason: "Renewing",
  message: "expires within renew_before (30d)",
  tokenId: 4711,
  expiresAt: later(20 * DAY),
  ...parts,
});

export const kept = anAction({
  action: "keep",
  reason: "Healthy",
  message: "nothing to do",
  tokenId: 4712,
  renewsAt: later(32 * DAY),
  expiresAt: later(62 * DAY),
});

export const aReport = (
  lineages: readonly LineageReport[],
  parts: Partial<Omit<PassReport, "lineages">> = {},
): PassReport => {
  const actions = lineages.flatMap((lineage) => lineage.actions);
  const count = (kind: ActionReport["action"]): number =>
    actions.filter(({ action }) => action === kind).length;
  return {
    startedAt: T0,
    finishedAt: later(1_500),
    lineages,
    summary: {
      lineages: lineages.length,
      create: count("create"),
      rotate: count("rotate"),
      delete: count("delete"),
      keep: count("keep"),
      report: count("report"),
      failed: actions.filter(({ result }) => result === "failed").length,
    },
    warnings: [],
    ...parts,
  };
};

/** One lineage of each kind, as a pass over a small company would find them. */
export const aCompany: readonly LineageReport[] = [
  aLineage({
    actions: [anAction({ result: "done", newTokenId: 4805, renewsAt: later(60 * DAY) })],
    waiting: [
      { tokenId: 4600, until: later(23 * HOUR), message: "token 4600 is deleted after 2026-11-24 02:00 UTC" },
    ],
  }),
  aLineage({
    kind: "group",
    path: "platform",
    token: "cluster-pull",
    secret: "gitlab/group/platform/cluster-pull",
    actions: [
      {
        action: "create",
        reason: "Missing",
        message: "the policy declares it and GitLab has none of that name",
        result: "failed",
        error: {
          code: "ERR_GITLAB_FORBIDDEN",
          message:
            "group platform: the token may list deploy tokens but not create them; make its owner an Owner",
        },
      },
    ],
  }),
  aLineage({
    path: "platform/billing/very/deeply/nested/subgroup/with/a/long-project-name-indeed",
    token: "ci-a-rather-long-token-name-from-2019",
    secret: "gitlab/project/platform/billing/very/deeply/nested/subgroup/with/a/long-project-name-indeed/ci",
    actions: [
      anAction({
        action: "delete",
        reason: "Superseded",
        message: "its overlap of 24h has passed",
        result: "done",
      }),
      kept,
    ],
  }),
  aLineage({
    path: "platform/web",
    actions: [
      anAction({
        action: "report",
        reason: "ForeignSecret",
        message:
          "the secret carries the tag gitlab.example.com projects/9 x; give this lineage another secret",
        keptFromRotating: true,
      }),
    ],
  }),
];
