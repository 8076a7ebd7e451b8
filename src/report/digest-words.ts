import {
  CHANGES,
  type Change,
  type Digest,
  type DigestItem,
  type Severity,
  severityRank,
} from "../model/digest.ts";
import { count } from "./text.ts";

interface Parts extends Pick<Digest, "at" | "gitlab" | "items" | "done"> {
  readonly event?: Digest["event"];
}

export const composeDigest = ({ event = "digest", at, gitlab, items, done }: Parts): Digest => {
  const counts = tally(CHANGES, items, ({ change }) => change);
  const doneCounts = tally(DONE, done, ({ action }) => action);
  return {
    event,
    at,
    gitlab,
    severity: worst(items),
    title: event === "test" ? "This is a test: nothing is wrong" : titleOf(counts, doneCounts),
    items: [...items].sort(byUrgency),
    counts,
    done,
    doneCounts,
  };
};

/** What `notify --test` sends. */
export const testDigest = (at: Date, gitlab: string): Digest =>
  composeDigest({ event: "test", at, gitlab, items: [], done: [] });

const DONE = ["create", "rotate", "delete"] as const;

const tally = <Word extends string, Item>(
  words: readonly Word[],
  items: readonly Item[],
  wordOf: (item: Item) => Word,
): Record<Word, number> => {
  const counts = Object.fromEntries(words.map((word) => [word, 0])) as Record<Word, number>;
  for (const item of items) counts[wordOf(item)] += 1;
  return counts;
};

const worst = (items: readonly DigestItem[]): Severity =>
  items
    .filter(({ change }) => change !== "cleared")
    .map(({ severity }) => severity)
    .reduce<Severity>((one, other) => (severityRank(other) > severityRank(one) ? other : one), "info");

const ORDER = ["new", "changed", "cleared", "open"] as const satisfies readonly Change[];

/** News first, then the worst, then what ends soonest. */
const byUrgency = (one: DigestItem, other: DigestItem): number =>
  ORDER.indexOf(one.change) - ORDER.indexOf(other.change) ||
  severityRank(other.severity) - severityRank(one.severity) ||
  ends(one) - ends(other);

/** Far, and finite, so that two of them can be compared. */
const ends = ({ expiresAt }: DigestItem): number => expiresAt?.getTime() ?? Number.MAX_SAFE_INTEGER;

const PAST = { create: "created", rotate: "rotated", delete: "deleted" } as const;

const titleOf = (counts: Digest["counts"], done: Digest["doneCounts"]): string => {
  const bad = counts.new + counts.changed + counts.open;
  const news = [
    counts.new > 0 ? `${counts.new} new` : "",
    counts.changed > 0 ? `${counts.changed} changed` : "",
  ].filter((part) => part !== "");
  const parts = [
    bad === 0
      ? ""
      : `${bad} ${bad === 1 ? "needs" : "need"} someone${news.length > 0 ? ` (${news.join(", ")})` : ""}`,
    counts.cleared > 0 ? `${counts.cleared} fine again` : "",
    ...DONE.map((action) => (done[action] > 0 ? `${count(done[action], "token")} ${PAST[action]}` : "")),
  ].filter((part) => part !== "");
  return parts.join(", ");
};
