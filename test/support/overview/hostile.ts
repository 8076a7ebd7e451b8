import type { Overview } from "../../../src/model/overview.ts";
import { summariseStates } from "../../../src/report/status.ts";
import { aFleet, aLineageStatus, aPassRecord, aSampleOverview, later } from "./sample.ts";

/** What people may call a token so that somebody else's browser does their bidding. */
export const HOSTILE = [
  `<script>document.title="pwned"</script>`,
  `"><img src=x onerror="document.title='pwned'">`,
  `' onmouseover='document.title="pwned"' x='`,
  `</title></style></svg><svg onload=document.title="pwned">`,
  "javascript:document.title='pwned'",
  "{{constructor.constructor('document.title=1')()}}",
  "\u202egnp.lacsap\u202c \u200b\u0000\u001b[31m",
  "&lt;script&gt;&quot;",
  "<!--",
  "x".repeat(255),
];

/** Hostile text in every place that takes text. */
export const aHostileOverview = (): Overview => {
  const base = aSampleOverview({ lineages: 0 });
  const lineages = HOSTILE.map((text, index) =>
    aLineageStatus({
      path: `${text}/${text}`,
      token: text,
      secret: text,
      message: text,
      state: index % 2 === 0 ? "failing" : "overlapping",
      waiting: [{ tokenId: 1, until: later(3_600_000), message: text }],
      ...(index % 2 === 0 ? { error: { code: "ERR_GITLAB_INVALID" as const, message: text } } : {}),
    }),
  );
  const action = { action: "rotate", reason: "Renewing", kind: "project", result: "failed" } as const;
  return {
    ...base,
    policyFile: HOSTILE.join(" "),
    version: HOSTILE[0]!,
    schedule: { cron: HOSTILE[0]!, timezone: HOSTILE[1]! },
    status: {
      ...base.status!,
      lineages,
      summary: summariseStates(lineages),
      warnings: HOSTILE,
      accessToken: { ...base.status!.accessToken!, name: HOSTILE[1]!, expiresAt: later(1) },
    },
    fleet: aFleet({
      name: HOSTILE[0]!,
      policyInForce: HOSTILE[1]!,
      replicas: HOSTILE.map((text, index) => ({
        id: text,
        host: text,
        pid: index,
        version: text,
        policy: index % 2 === 0 ? HOSTILE[1]! : text,
        since: later(0),
        doing: text,
      })),
    }),
    passes: [
      aPassRecord({
        warnings: HOSTILE,
        error: HOSTILE[0],
        actions: HOSTILE.map((text) => ({ ...action, path: text, token: text, message: text })),
      }),
    ],
  };
};
