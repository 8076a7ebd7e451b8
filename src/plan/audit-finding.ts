import type { AuditCode, AuditSeverity, LocatedFinding } from "../model/audit.ts";
import { AUDIT_RULES } from "../model/audit-rules.ts";
import type { DeployToken } from "../model/deploy-token.ts";
import { DAY } from "../model/duration.ts";
import type { Position } from "../model/policy.ts";
import type { Target } from "../model/target.ts";
import { inWords, minutes } from "./words.ts";

/** A month: what is renewed by hand needs somebody who finds the time. */
const SOON = 30 * DAY;

export interface Particulars {
  readonly code: AuditCode;
  readonly severity: AuditSeverity;
  readonly detail: string;
  readonly target: Target | undefined;
  readonly token: string | null;
  readonly tokenId?: number | undefined;
  readonly secret?: string | undefined;
  readonly position: Position;
}

export const finding = ({ target, tokenId, secret, ...rest }: Particulars): LocatedFinding => {
  const { title, advice } = AUDIT_RULES[rest.code];
  return {
    ...rest,
    kind: target?.kind,
    targetId: target?.id,
    path: target?.path,
    tokenId,
    secret: secret ?? null,
    message: `${title}: ${rest.detail}; ${advice}`,
  };
};

/** `expires 2026-12-01 00:00 UTC, in 8 days` */
export const expiryWords = ({ expiresAt }: Pick<DeployToken, "expiresAt">, now: Date): string => {
  if (expiresAt === undefined) return "never expires";
  const left = expiresAt.getTime() - now.getTime();
  return left < 0
    ? `expired ${minutes(expiresAt)}, ${inWords(left)} ago`
    : `expires ${minutes(expiresAt)}, in ${inWords(left)}`;
};

export const expiresSoon = ({ expiresAt }: DeployToken, now: Date): boolean =>
  expiresAt !== undefined && expiresAt.getTime() - now.getTime() <= SOON;

export const isWriteScope = (scope: string): boolean => scope.startsWith("write_");

export const writeScopes = ({ scopes }: DeployToken): readonly string[] => scopes.filter(isWriteScope);
