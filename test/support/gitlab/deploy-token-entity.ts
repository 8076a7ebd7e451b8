import { type DeployTokenRow, usernameOf } from "./state.ts";

/** GitLab's order, whatever was asked for. */
export const AVAILABLE_SCOPES = [
  "read_repository",
  "read_registry",
  "write_registry",
  "read_package_registry",
  "write_package_registry",
  "read_virtual_registry",
  "write_virtual_registry",
] as const;

/** "Never" is a date in GitLab's database, so who asks for exactly that date is answered null. */
const FOREVER = Date.parse("3000-01-01T00:00:00Z");

const midnight = (now: Date): number => Math.floor(now.getTime() / 86_400_000) * 86_400_000;

export const deployTokenEntity = (row: DeployTokenRow, now: Date): object => ({
  id: row.id,
  name: row.name,
  username: usernameOf(row),
  expires_at:
    row.expiresAt === null || row.expiresAt.getTime() === FOREVER ? null : row.expiresAt.toISOString(),
  scopes: AVAILABLE_SCOPES.filter((scope) => row.scopes.includes(scope)),
  revoked: row.revoked,
  // By the day: up to 24 hours after the token has died.
  expired: row.expiresAt !== null && row.expiresAt.getTime() < midnight(now),
});

export const createdDeployToken = (row: DeployTokenRow, now: Date): object => ({
  ...deployTokenEntity(row, now),
  token: row.secret,
});
