import type { Secret } from "./secret.ts";

/** Every scope GitLab knows (gitlab: `DeployToken::AVAILABLE_SCOPES`), in the order in which it answers them. */
export const SCOPES = [
  "read_repository",
  "read_registry",
  "write_registry",
  "read_package_registry",
  "write_package_registry",
  "read_virtual_registry",
  "write_virtual_registry",
] as const;

export type Scope = (typeof SCOPES)[number];

/** A deploy token as GitLab lists it. GitLab gives no creation time, no last use and no owner. */
export interface DeployToken {
  readonly id: number;
  readonly name: string;
  readonly username: string;
  /** Absent when it never expires. Dead right after this instant, whatever GitLab's `expired` flag says. */
  readonly expiresAt: Date | undefined;
  /** Scopes of a newer GitLab may be unknown to us, so they stay plain text. Compare as sets. */
  readonly scopes: readonly string[];
  readonly revoked: boolean;
}

export interface DeployTokenRequest {
  readonly name: string;
  readonly username: string;
  readonly scopes: readonly string[];
  /** Whole seconds, UTC. */
  readonly expiresAt: Date;
}

/** GitLab's answer to a creation: the only time that it shows the value. */
export interface CreatedDeployToken {
  readonly token: DeployToken;
  readonly value: Secret;
  /** GitLab's clock as it answered (`Date`, plus `Age`); absent where a proxy stripped it. */
  readonly answeredAt: Date | undefined;
}

export interface Credential {
  readonly username: string;
  readonly value: Secret;
}

export const isLive = (token: DeployToken, now: Date): boolean => !token.revoked && !hasExpired(token, now);

/** GitLab honours a token up to and including the instant of `expires_at`. */
export const hasExpired = (token: DeployToken, now: Date): boolean =>
  token.expiresAt !== undefined && token.expiresAt.getTime() < now.getTime();

export const sameScopes = (one: readonly string[], other: readonly string[]): boolean => {
  const set = new Set(one);
  return set.size === new Set(other).size && other.every((scope) => set.has(scope));
};
