import { DAY } from "../../model/duration.ts";
import type { Overview } from "../../model/overview.ts";
import { LINEAGE_STATES, type LineageState, type LineageStatus } from "../../model/status.ts";
import { wellFormed } from "../../model/words.ts";

export const KINDS = ["project", "group"] as const;
export const WITHIN = [7, 30, 90] as const;
export const SORTS = ["urgency", "expiry", "name"] as const;
export const STATE_CHOICES = ["attention", ...LINEAGE_STATES] as const;

/** What the page is asked to show: the query parameters, each within what there is. */
export interface Query {
  /** Words that must all occur. */
  readonly search: string;
  readonly state: (typeof STATE_CHOICES)[number] | undefined;
  readonly kind: (typeof KINDS)[number] | undefined;
  /** Expires within so many days. */
  readonly within: (typeof WITHIN)[number] | undefined;
  readonly sort: (typeof SORTS)[number];
  /** From 1. */
  readonly page: number;
  /** The reader wants the page to load itself again. */
  readonly refresh: boolean;
}

const MAX_SEARCH = 200;
const MAX_PAGE = 1_000_000;

const one = <Choice extends string | number>(
  choices: readonly Choice[],
  written: string | null,
): Choice | undefined => choices.find((choice) => String(choice) === written);

export const readQuery = (parameters: URLSearchParams): Query => {
  const page = Number(parameters.get("page") ?? 1);
  return {
    search: wellFormed((parameters.get("q") ?? "").trim().slice(0, MAX_SEARCH)),
    state: one(STATE_CHOICES, parameters.get("state")),
    kind: one(KINDS, parameters.get("kind")),
    within: one(WITHIN, parameters.get("within")),
    sort: one(SORTS, parameters.get("sort")) ?? "urgency",
    page: Number.isSafeInteger(page) && page > 0 && page < MAX_PAGE ? page : 1,
    refresh: parameters.get("refresh") === "1",
  };
};

/** The way to the same page with something changed. */
export const linkTo = (query: Query, changes: Partial<Query>, fragment = ""): string => {
  const { search, state, kind, within, sort, page, refresh } = { ...query, ...changes };
  const written: readonly (readonly [string, string | undefined])[] = [
    ["q", search],
    ["state", state],
    ["kind", kind],
    ["within", within?.toString()],
    ["sort", sort === "urgency" ? undefined : sort],
    ["page", page === 1 ? undefined : String(page)],
    ["refresh", refresh ? "1" : undefined],
  ];
  const parameters = new URLSearchParams();
  for (const [key, value] of written) if (value) parameters.set(key, value);
  return `/${parameters.size > 0 ? `?${parameters}` : ""}${fragment}`;
};

const SECONDS_WHILE_RUNNING = 5;
const SECONDS = 60;

/** Only on request: a page that loads itself again interrupts whoever has it read out. */
export const refreshSeconds = ({ refresh }: Query, { running }: Overview): number | undefined => {
  if (!refresh) return undefined;
  return running === undefined ? SECONDS : SECONDS_WHILE_RUNNING;
};

export const needsSomeone = ({ state }: { readonly state: LineageState }): boolean =>
  state === "failing" || state === "conflict";

/** Those that are asked for, in the order that is asked for. They come in by urgency. */
export const select = (
  lineages: readonly LineageStatus[],
  query: Query,
  now: Date,
): readonly LineageStatus[] => {
  const words = query.search.toLowerCase().split(/\s+/).filter(Boolean);
  const before = query.within === undefined ? undefined : now.getTime() + query.within * DAY;
  const found = lineages.filter(
    (lineage) =>
      (query.state === undefined ||
        (query.state === "attention" ? needsSomeone(lineage) : lineage.state === query.state)) &&
      (query.kind === undefined || lineage.kind === query.kind) &&
      (before === undefined || (lineage.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY) <= before) &&
      contains(lineage, words),
  );
  switch (query.sort) {
    case "urgency":
      return found;
    case "expiry":
      return found.toSorted((one, other) => expiryOf(one) - expiryOf(other));
    case "name":
      return found.toSorted(
        (one, other) => compare(one.path, other.path) || compare(one.token ?? "", other.token ?? ""),
      );
    default:
      return query.sort satisfies never;
  }
};

/** By code unit: `localeCompare` takes half a second for thousands. */
const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

const expiryOf = ({ expiresAt }: LineageStatus): number => expiresAt?.getTime() ?? Number.MAX_SAFE_INTEGER;

const contains = (lineage: LineageStatus, words: readonly string[]): boolean => {
  if (words.length === 0) return true;
  const { kind, path, token, secret, tokenId, reason } = lineage;
  const text = `${kind} ${path} ${token ?? ""} ${secret ?? ""} ${tokenId ?? ""} ${reason}`.toLowerCase();
  return words.every((word) => text.includes(word));
};
