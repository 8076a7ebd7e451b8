import type { DeployTokenBook, HistoryEntry } from "./deploy-token-book.ts";
import {
  type DeployTokenRow,
  groupAt,
  isActive,
  projectAt,
  type TargetKind,
  usernameOf,
  type WorldState,
} from "./state.ts";

export interface TargetPath {
  readonly kind: TargetKind;
  readonly path: string;
}

export interface AddDeployToken {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly username?: string;
  /** `null` or absent: never. */
  readonly expiresAt?: Date | null;
  readonly revoked?: boolean;
}

/** What a test may know about a token, its value included. */
export interface DeployTokenView extends TargetPath {
  readonly id: number;
  readonly name: string;
  readonly username: string;
  readonly scopes: readonly string[];
  readonly expiresAt: Date | null;
  readonly revoked: boolean;
  /** Not revoked and not past its expiry, by the simulator's clock. */
  readonly live: boolean;
  readonly token: string;
}

export interface DeployTokenDesk {
  addDeployToken(
    target: TargetPath,
    token: AddDeployToken,
  ): { readonly id: number; readonly token: string; readonly username: string };
  deployTokens(target: TargetPath): DeployTokenView[];
  findDeployToken(id: number): DeployTokenView | undefined;
  deleteDeployToken(id: number): void;
  revokeDeployToken(id: number): void;
  /** Every deletion since the start, by whom; a restored backup does not undo it. */
  readonly deletionHistory: HistoryEntry[];
  readonly createdHistory: HistoryEntry[];
}

export const createDeployTokenDesk = (
  state: WorldState,
  now: () => Date,
  book: DeployTokenBook,
): DeployTokenDesk => {
  const idOf = ({ kind, path }: TargetPath): number => {
    const found = kind === "project" ? projectAt(state, path) : groupAt(state, path);
    if (found === undefined) throw new Error(`the world has no ${kind} ${path}`);
    return found.id;
  };
  const view = (row: DeployTokenRow): DeployTokenView => ({
    kind: row.kind,
    path: (row.kind === "project" ? state.projects : state.groups).get(row.targetId)?.path ?? "",
    id: row.id,
    name: row.name,
    username: usernameOf(row),
    scopes: row.scopes,
    expiresAt: row.expiresAt,
    revoked: row.revoked,
    live: isActive(row, now()),
    token: row.secret,
  });
  return {
    deletionHistory: book.deletions,
    createdHistory: book.creations,
    addDeployToken: (target, { name, scopes, username, expiresAt, revoked }) => {
      const place = { kind: target.kind, targetId: idOf(target) };
      const row = book.insert(
        {
          ...place,
          name,
          scopes,
          username: username ?? null,
          expiresAt: expiresAt ?? null,
          revoked: revoked ?? false,
          refusals: 0,
        },
        "person",
      );
      return { id: row.id, token: row.secret, username: usernameOf(row) };
    },
    deployTokens: (target) => {
      const id = idOf(target);
      const rows = [...state.deployTokens.values()];
      return rows.filter((row) => row.kind === target.kind && row.targetId === id).map(view);
    },
    findDeployToken: (id) => {
      const row = state.deployTokens.get(id);
      return row && view(row);
    },
    deleteDeployToken: (id) => book.remove(id, "person"),
    revokeDeployToken: (id) => {
      const row = state.deployTokens.get(id);
      if (row === undefined) throw new Error(`the world has no deploy token ${id}`);
      row.revoked = true;
    },
  };
};
