import type { Target } from "../../../src/model/target.ts";
import { createGitLabWorld, type WorldToken } from "./gitlab-world.ts";
import { createJournal } from "./journal.ts";
import { createStoreWorld } from "./store-world.ts";

export const START = Date.parse("2026-11-23T03:00:00Z");

export const PROJECT = { kind: "project", id: 42 } as const;
export const GROUP = { kind: "group", id: 42 } as const;

interface OnItsWay {
  readonly due: number;
  readonly arrive: () => void;
}

/** GitLab, the store and the true time. Nothing in it is random. */
export const createWorld = () => {
  let time = START;
  let onTheirWay: readonly OnItsWay[] = [];
  const now = (): number => time;
  const paths = { project: "platform/api", group: "platform" };
  return {
    now,
    gitlab: createGitLabWorld(),
    store: createStoreWorld(now),
    journal: createJournal(() => time - START),
    /** Time passes, and what is on its way arrives in its time. */
    advance(milliseconds: number): void {
      const end = time + milliseconds;
      for (;;) {
        const [next] = onTheirWay.filter(({ due }) => due <= end).sort((a, b) => a.due - b.due);
        if (next === undefined) break;
        onTheirWay = onTheirWay.filter((item) => item !== next);
        time = Math.max(time, next.due);
        next.arrive();
      }
      time = end;
    },
    arriveLater(delay: number, arrive: () => void): void {
      onTheirWay = [...onTheirWay, { due: time + delay, arrive }];
    },
    target: (kind: Target["kind"]): Target =>
      kind === "project" ? { ...PROJECT, path: paths.project } : { ...GROUP, path: paths.group },
    moveProject(path: string): void {
      paths.project = path;
    },
    /** When a person last did something to a secret (by ARN) or to a target's tokens: reads may not show it yet. */
    touchedByPeople: new Map<string, number>(),
    /** Tokens in use when a rotation was recorded because of a leak. */
    leakedTokens: new Set<WorldToken>(),
    /** Tokens that a rotation's record listed as made by hand, and when. */
    recordedExisting: new Set<number>(),
    /** When each secret's record was last written, by its ARN. */
    recordedAt: new Map<string, number>(),
    /** The `expires` of records that were overwritten by a process whose reads could not show them: a known limit. */
    overlookedRecords: new Set<number>(),
    /** Such records that came to the very expiry of the next by chance, from another second: one in six hundred. */
    coincidences: new Set<number>(),
    /** A person took our tags off a secret: under another name it cannot be found again. */
    strippedTags: false,
    /** A person moved our tags, the record among them, from one secret to another: a known limit. */
    movedTags: false,
    /** When a record last said that the lineage's token has leaked, by the kind of its target. */
    leakedAt: new Map<Target["kind"], number>(),
    readStale: false,
    /** Values of tokens that the program deleted. */
    deletedByUs: new Set<string>(),
  };
};

export type World = ReturnType<typeof createWorld>;
