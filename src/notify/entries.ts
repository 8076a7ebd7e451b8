import type { Change, Digest, DigestItem, DoneItem, Severity } from "../model/digest.ts";

/** One line of a digest: one item, or many that have the same to say. */
export interface Entry {
  readonly severity: Severity;
  /** Tokens and targets that it is about; empty for the rotator as a whole. */
  readonly subjects: readonly Subject[];
  /** How many items it stands for. */
  readonly items: number;
  readonly message: string;
  /** `Renewing, ERR_SECRET_UNAVAILABLE` */
  readonly codes: string;
}

export type Subject = Pick<DigestItem | DoneItem, "target" | "token">;

export interface Section {
  readonly change: Change | "done";
  readonly heading: string;
  readonly entries: readonly Entry[];
}

const HEADINGS = {
  new: "Needs someone",
  changed: "Changed",
  cleared: "Fine again",
  open: "Still open",
} as const satisfies Record<Change, string>;

const ORDER = ["new", "changed", "cleared", "open"] as const;

/** What a digest says, in the order in which it is read. */
export const sectionsOf = ({ items, done }: Digest): readonly Section[] =>
  [
    ...ORDER.map(
      (change): Section => ({
        change,
        heading: HEADINGS[change],
        entries: entriesOf(items.filter((item) => item.change === change)),
      }),
    ),
    { change: "done", heading: "Done", entries: doneEntries(done) } as const,
  ].filter(({ entries }) => entries.length > 0);

const FEW = 3;

/** An outage makes hundreds of items that differ by the target only. */
const entriesOf = (items: readonly DigestItem[]): readonly Entry[] =>
  grouped(items, groupOf).flatMap((group) =>
    group.length > FEW ? mergedEntry(group) : group.map(singleEntry),
  );

const groupOf = ({ severity, kind, reason, errorCode }: DigestItem): string =>
  [severity, kind, reason, errorCode].join(" ");

const singleEntry = (item: DigestItem): Entry => ({
  severity: item.severity,
  subjects: item.kind === "lineage" || item.kind === "uncovered" ? [item] : [],
  items: 1,
  message: item.message,
  codes: [item.reason, item.errorCode].filter((code) => code !== undefined).join(", "),
});

const mergedEntry = (group: readonly DigestItem[]): readonly Entry[] => {
  const [first] = group;
  return first === undefined ? [] : [{ ...singleEntry(first), subjects: group, items: group.length }];
};

const PAST = { create: "created", rotate: "rotated", delete: "deleted" } as const;

const doneEntries = (done: readonly DoneItem[]): readonly Entry[] =>
  grouped(done, ({ action }) => action).map((group) => ({
    severity: "info",
    subjects: group,
    items: group.length,
    message: PAST[group[0]?.action ?? "rotate"],
    codes: "",
  }));

const grouped = <Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): readonly (readonly Item[])[] => {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups.values()];
};
