import type { Secrets } from "./secrets.ts";
import type { PersonalAccessTokenRow, WorldState } from "./state.ts";

export interface AddPersonalAccessToken {
  readonly scopes?: readonly string[];
  readonly admin?: boolean;
  /** `YYYY-MM-DD`: dead from midnight UTC of that day. */
  readonly expiresAt?: string;
  readonly revoked?: boolean;
  /** By full path, inherited downwards; absent: Owner everywhere. */
  readonly roles?: Readonly<Record<string, number>> | undefined;
}

export interface PersonalAccessTokenDesk {
  addPersonalAccessToken(token?: AddPersonalAccessToken): { readonly id: number; readonly token: string };
  updatePersonalAccessToken(
    id: number,
    change: Partial<Pick<PersonalAccessTokenRow, "expiresAt" | "revoked" | "roles">>,
  ): void;
}

export const createPersonalAccessTokenDesk = (
  state: WorldState,
  now: () => Date,
  secrets: Secrets,
): PersonalAccessTokenDesk => ({
  addPersonalAccessToken: ({ scopes, admin, expiresAt, revoked, roles } = {}) => {
    const id = state.nextId.personalAccessToken++;
    const row: PersonalAccessTokenRow = {
      id,
      name: `token ${id}`,
      secret: secrets.issue("glpat-"),
      scopes: scopes ?? ["api"],
      admin: admin ?? false,
      expiresAt: expiresAt ?? null,
      revoked: revoked ?? false,
      roles: roles && { ...roles },
      createdAt: now(),
      family: id,
    };
    state.personalAccessTokens.set(id, row);
    return { id, token: row.secret };
  },
  updatePersonalAccessToken: (id, change) => {
    const row = state.personalAccessTokens.get(id);
    if (row === undefined) throw new Error(`the world has no personal access token ${id}`);
    Object.assign(row, change);
  },
});
