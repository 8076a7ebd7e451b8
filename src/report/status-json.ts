import type { AccessToken } from "../model/access-token.ts";
import type { FleetLook } from "../model/fleet.ts";
import type { PassRecord } from "../model/history.ts";
import type { PassSummary } from "../model/report.ts";
import type { LineageStatus, StatusReport, StatusSummary } from "../model/status.ts";

/** What `status --json` prints. Scripts rely on every name in it. */
export interface StatusDocument {
  readonly version: 1;
  readonly at: string;
  readonly lineages: readonly LineageDocument[];
  readonly summary: StatusSummary;
  readonly warnings: readonly string[];
  readonly accessToken: { readonly name: string; readonly expiresAt: string | null } | null;
  /** Of `--history`; `null` without it, or when no pass is in it. */
  readonly lastPass: LastPassDocument | null;
  /** Absent with the local engine. */
  readonly fleet?: FleetDocument;
}

interface FleetDocument {
  readonly name: string;
  readonly replicas: readonly {
    readonly id: string;
    readonly host: string;
    readonly pid: number;
    readonly version: string;
    readonly policy: string;
    readonly inForce: boolean;
    readonly since: string;
    readonly doing: string | null;
  }[];
  /** The hash of the policy that this command was given. */
  readonly policy: string;
  readonly policyInForce: string | null;
  readonly pass: {
    readonly id: string;
    readonly policy: string;
    readonly startedAt: string;
    readonly phase: string;
    readonly done: number;
    readonly total: number | null;
  } | null;
  /** Why nothing is known of it. */
  readonly error: string | null;
}

interface LineageDocument
  extends Pick<LineageStatus, "kind" | "path" | "token" | "state" | "reason" | "message" | "secret"> {
  readonly targetId: number | null;
  readonly tokenId: number | null;
  readonly expiresAt: string | null;
  readonly renewsAt: string | null;
  readonly waiting: readonly {
    readonly tokenId: number;
    readonly until: string | null;
    readonly message: string;
  }[];
  readonly error?: { readonly code: string; readonly message: string };
}

interface LastPassDocument {
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly summary: PassSummary;
  readonly error: string | null;
}

const iso = (time: Date | undefined): string | null => time?.toISOString() ?? null;

const lineageDocument = (one: LineageStatus): LineageDocument => ({
  kind: one.kind,
  targetId: one.targetId ?? null,
  path: one.path,
  token: one.token,
  state: one.state,
  reason: one.reason,
  message: one.message,
  secret: one.secret,
  tokenId: one.tokenId ?? null,
  expiresAt: iso(one.expiresAt),
  renewsAt: iso(one.renewsAt),
  waiting: one.waiting.map(({ tokenId, until, message }) => ({ tokenId, until: iso(until), message })),
  ...(one.error && { error: { code: one.error.code, message: one.error.message } }),
});

const tokenDocument = (token: AccessToken | undefined): StatusDocument["accessToken"] =>
  token === undefined ? null : { name: token.name, expiresAt: iso(token.expiresAt) };

const passDocument = (pass: PassRecord | undefined): LastPassDocument | null =>
  pass === undefined
    ? null
    : {
        startedAt: pass.startedAt.toISOString(),
        finishedAt: pass.finishedAt.toISOString(),
        summary: pass.summary,
        error: pass.error ?? null,
      };

const fleetDocument = ({ name, replicas, policy, policyInForce, pass, error }: FleetLook): FleetDocument => ({
  name,
  replicas: replicas.map(({ since, doing, ...replica }) => ({
    ...replica,
    since: since.toISOString(),
    doing: doing ?? null,
    inForce: replica.policy === policyInForce,
  })),
  policy,
  policyInForce: policyInForce ?? null,
  pass:
    pass === undefined
      ? null
      : { ...pass, startedAt: pass.startedAt.toISOString(), total: pass.total ?? null },
  error: error ?? null,
});

export const statusJson = (
  status: StatusReport,
  lastPass: PassRecord | undefined,
  fleet?: FleetLook,
): StatusDocument => ({
  version: 1,
  at: status.at.toISOString(),
  lineages: status.lineages.map(lineageDocument),
  summary: status.summary,
  warnings: status.warnings,
  accessToken: tokenDocument(status.accessToken),
  lastPass: passDocument(lastPass),
  ...(fleet && { fleet: fleetDocument(fleet) }),
});
