import type { DeployTokenBook } from "./deploy-token-book.ts";
import { createDeployTokenDesk, type DeployTokenDesk } from "./deploy-token-desk.ts";
import { createNamespaceDesk, type NamespaceDesk } from "./namespace-desk.ts";
import { createPersonalAccessTokenDesk, type PersonalAccessTokenDesk } from "./personal-access-token-desk.ts";
import type { Secrets } from "./secrets.ts";
import type { WorldState } from "./state.ts";

declare const opaque: unique symbol;
/** A backup. */
export interface WorldSnapshot {
  readonly [opaque]: true;
}

/** What a person at the keyboard can do, at once and without HTTP. */
export interface GitLabWorld extends NamespaceDesk, DeployTokenDesk, PersonalAccessTokenDesk {
  /** Container repositories that somebody's request for `push` has made. */
  containerRepositories(): readonly string[];
  snapshot(): WorldSnapshot;
  /** "Restored from a backup": what came later is gone, and its ids are given out again. */
  restore(snapshot: WorldSnapshot): void;
}

export interface WorldParts {
  readonly state: WorldState;
  readonly now: () => Date;
  readonly secrets: Secrets;
  readonly book: DeployTokenBook;
}

export const createWorld = ({ state, now, secrets, book }: WorldParts): GitLabWorld => ({
  ...createNamespaceDesk(state, now),
  ...createDeployTokenDesk(state, now, book),
  ...createPersonalAccessTokenDesk(state, now, secrets),
  containerRepositories: () => [...state.containerRepositories],
  snapshot: () => structuredClone(state) as unknown as WorldSnapshot,
  restore: (snapshot) => {
    Object.assign(state, structuredClone(snapshot as unknown as WorldState));
  },
});
