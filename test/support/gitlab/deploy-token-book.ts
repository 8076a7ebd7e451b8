import type { Secrets } from "./secrets.ts";
import type { DeployTokenRow, WorldState } from "./state.ts";

export interface HistoryEntry {
  readonly id: number;
  readonly name: string;
  readonly at: Date;
  readonly by: "api" | "person";
}

/** The API and the person write through the same book, so that nothing escapes the histories. */
export interface DeployTokenBook {
  insert(row: Omit<DeployTokenRow, "id" | "secret">, by: HistoryEntry["by"]): DeployTokenRow;
  remove(id: number, by: HistoryEntry["by"]): void;
  readonly creations: HistoryEntry[];
  readonly deletions: HistoryEntry[];
}

export const createDeployTokenBook = (
  state: WorldState,
  now: () => Date,
  secrets: Secrets,
): DeployTokenBook => {
  const creations: HistoryEntry[] = [];
  const deletions: HistoryEntry[] = [];
  return {
    creations,
    deletions,
    insert: (fields, by) => {
      const row = { ...fields, id: state.nextId.deployToken++, secret: secrets.issue("gldt-") };
      state.deployTokens.set(row.id, row);
      creations.push({ id: row.id, name: row.name, at: now(), by });
      return row;
    },
    remove: (id, by) => {
      const row = state.deployTokens.get(id);
      if (row === undefined) throw new Error(`the world has no deploy token ${id}`);
      state.deployTokens.delete(id);
      deletions.push({ id, name: row.name, at: now(), by });
    },
  };
};
