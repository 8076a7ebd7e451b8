import type { DeployToken, DeployTokenRequest } from "../../../src/model/deploy-token.ts";
import type { Target } from "../../../src/model/target.ts";

export interface WorldToken extends DeployToken {
  readonly target: string;
  readonly value: string;
  readonly maker: "program" | "person";
}

interface State {
  readonly tokens: Map<number, WorldToken>;
  nextId: number;
}

const copy = ({ tokens, nextId }: State): State => ({ tokens: new Map(tokens), nextId });

export const targetKey = ({ kind, id }: Pick<Target, "kind" | "id">): string => `${kind} ${id}`;

/** GitLab's deploy tokens, and the backups that bring an older state back, ids included. */
export const createGitLabWorld = () => {
  let state: State = { tokens: new Map(), nextId: 100 };
  let saved: State | undefined;
  let values = 0;
  return {
    tokens: (target: Target): WorldToken[] =>
      [...state.tokens.values()].filter((token) => token.target === targetKey(target)),
    find: (target: Target, id: number): WorldToken | undefined => {
      const token = state.tokens.get(id);
      return token?.target === targetKey(target) ? token : undefined;
    },
    all: (): WorldToken[] => [...state.tokens.values()],
    byValue: (value: string): WorldToken | undefined =>
      [...state.tokens.values()].find((token) => token.value === value),
    create(
      target: Target,
      request: Omit<DeployTokenRequest, "expiresAt"> & { readonly expiresAt: Date | undefined },
      maker: WorldToken["maker"],
    ): WorldToken {
      const id = state.nextId;
      state.nextId += 1;
      values += 1;
      // Values differ even where a restored GitLab gives an id out again.
      const value = `gldt-value-${values}-of-${id}`;
      const token = { ...request, id, revoked: false, target: targetKey(target), value, maker };
      state.tokens.set(id, token);
      return token;
    },
    revoke(id: number): void {
      const token = state.tokens.get(id);
      if (token) state.tokens.set(id, { ...token, revoked: true });
    },
    remove: (id: number): boolean => state.tokens.delete(id),
    backUp(): void {
      saved = copy(state);
    },
    /** False where no backup was made. */
    restore(): boolean {
      if (saved !== undefined) state = copy(saved);
      return saved !== undefined;
    },
  };
};
