import type { Concern, Digest, DigestItem, DoneItem, Severity } from "../model/digest.ts";
import { severityRank } from "../model/digest.ts";
import { DAY, HOUR } from "../model/duration.ts";
import type { PassAction } from "../model/history.ts";
import type { Concerns } from "./concerns.ts";
import { composeDigest } from "./digest-words.ts";
import type { ReceiverMemory, Told } from "./notification-memory.ts";

/** What one receiver wants to hear of. */
export interface Interest {
  readonly minSeverity: Severity;
  /** `undefined` for everything, the rotator's own troubles included. */
  readonly wants: ((path: string) => boolean) | undefined;
}

export interface DigestInput extends Concerns {
  readonly done: readonly PassAction[];
  readonly interest: Interest;
  readonly memory: ReceiverMemory;
  readonly gitlab: string;
  readonly now: Date;
}

export interface NextDigest {
  /** Absent when there is nothing to tell. */
  readonly digest: Digest | undefined;
  /** What to remember once the digest has arrived, or at once without one. */
  readonly memory: ReceiverMemory;
}

/** A day, less what a daily pass may start sooner than the one before. */
export const REPEAT_AFTER = DAY - HOUR;

/**
 * One digest for one receiver. What it holds follows from what is so and from what the receiver was told, so that one
 * that was lost is made up for by the next.
 */
export const nextDigest = (input: DigestInput): NextDigest => {
  const { memory, now } = input;
  const { items, told } = compare(input);
  const done = doneItems(input);
  const isNews = items.some(({ change }) => change !== "open") || done.length > 0;
  if (!isNews && !isTimeToRepeat(input, items)) return { digest: undefined, memory };
  return {
    digest: composeDigest({ at: now, gitlab: input.gitlab, items, done }),
    memory: { toldAt: now, open: told },
  };
};

const compare = (input: DigestInput): { readonly items: DigestItem[]; readonly told: Told[] } => {
  const { concerns, isUndecided, memory, now, interest } = input;
  // What a changed policy no longer asks for is forgotten, not called fine.
  const open = memory.open.filter((told) => isWanted(told, interest));
  const before = new Map(open.map((told) => [told.key, told]));
  const relevant = unique(concerns).filter((concern) => isRelevant(concern, input, before));
  const present = new Set(relevant.map(({ key }) => key));
  const current = relevant.map((concern) => {
    const known = before.get(concern.key);
    const told: Told = { ...concern, since: known?.since ?? now };
    return { told, item: itemOf(told, changeOf(concern, known)) };
  });
  const absent = open.filter(({ key }) => !present.has(key));
  const undecided = absent.filter(isUndecided);
  const cleared = absent.filter((told) => !isUndecided(told));
  return {
    items: [
      ...current.map(({ item }) => item),
      ...undecided.map((told) => itemOf(told, "open")),
      ...cleared.map((told) => itemOf(told, "cleared")),
    ],
    told: [...current.map(({ told }) => told), ...undecided],
  };
};

const isWanted = ({ target }: Pick<Concern, "target">, { wants }: Interest): boolean =>
  wants === undefined || (target !== undefined && wants(target.path));

/** What was told once is followed to its end, even where it has become milder than the receiver asks for. */
const isRelevant = (
  concern: Concern,
  { interest }: DigestInput,
  before: ReadonlyMap<string, Told>,
): boolean =>
  isWanted(concern, interest) &&
  (before.has(concern.key) || severityRank(concern.severity) >= severityRank(interest.minSeverity));

const changeOf = (concern: Concern, known: Told | undefined): DigestItem["change"] => {
  if (known === undefined) return "new";
  return known.fingerprint === concern.fingerprint ? "open" : "changed";
};

const itemOf = ({ key: _, fingerprint: __, repeats: ___, ...told }: Told, change: DigestItem["change"]) => ({
  ...told,
  change,
});

const unique = (concerns: readonly Concern[]): readonly Concern[] => [
  ...new Map(concerns.map((concern) => [concern.key, concern])).values(),
];

/** A clock that was set back must not silence anybody for longer than a day. */
const isTimeToRepeat = ({ memory, now }: DigestInput, items: readonly DigestItem[]): boolean => {
  if (items.length === 0 || !memory.open.some(({ repeats }) => repeats)) return false;
  if (memory.toldAt === undefined) return true;
  return Math.abs(now.getTime() - memory.toldAt.getTime()) >= REPEAT_AFTER;
};

const doneItems = ({ done, interest }: DigestInput): readonly DoneItem[] =>
  interest.minSeverity !== "info"
    ? []
    : done.flatMap((action) => {
        const kind = action.action;
        const isDone = action.result === "done" && action.error === undefined;
        if (!isDone || (kind !== "create" && kind !== "rotate" && kind !== "delete")) return [];
        const item = doneItem(action, kind);
        return isWanted(item, interest) ? [item] : [];
      });

const doneItem = (action: PassAction, kind: DoneItem["action"]): DoneItem => ({
  action: kind,
  reason: action.reason,
  target: { kind: action.kind, id: undefined, path: action.path },
  token: action.token,
  tokenId: action.tokenId,
  newTokenId: action.newTokenId,
  expiresAt: action.expiresAt,
});
