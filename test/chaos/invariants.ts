import type { Put } from "./chronicle.ts";
import type { Lineage } from "./lineages.ts";
import { TIMES } from "./times.ts";

export interface Deletion {
  readonly id: number;
  readonly at: number;
}

/** A token that a person made. */
export interface ByHand {
  readonly id: number;
  readonly lineage: Lineage | undefined;
  readonly at: number;
  readonly expires: number | undefined;
}

export interface Violation {
  readonly invariant: 1 | 2 | 3 | 4 | 5 | 6;
  readonly text: string;
  readonly secret?: string | undefined;
  readonly tokenId?: number | undefined;
}

export interface Histories {
  /** In the order in which they happened. */
  readonly puts: readonly Put[];
  /** What the program deleted. */
  readonly deletions: readonly Deletion[];
  readonly byHand: ReadonlyMap<number, ByHand>;
}

const clock = (at: number): string => new Date(at).toISOString().slice(11, 23);

/** Invariants 1 and 2, for a token that was stored. */
const storedTooLong = (deletion: Deletion, puts: readonly Put[]): Violation | undefined => {
  const { id, at } = deletion;
  const put = puts.find(({ tokenId }) => tokenId === id);
  if (put === undefined) return undefined;
  const subject = { secret: put.secret, tokenId: id };
  const next = puts.find((each) => each.secret === put.secret && each.at >= put.at && each.tokenId !== id);
  if (next === undefined || at < next.at || at <= put.at)
    return {
      ...subject,
      invariant: 1,
      text: `token ${id} was deleted at ${clock(at)}, and ${put.secret} names it as AWSCURRENT since ${clock(put.at)}`,
    };
  const waited = at - next.at;
  return waited >= TIMES.overlap
    ? undefined
    : {
        ...subject,
        invariant: 2,
        text: `token ${id} was deleted ${waited} ms after it ceased to be AWSCURRENT of ${put.secret} at ${clock(next.at)}`,
      };
};

/** Invariant 3, for a token that a person made. Only what the policy lists may go, and only once it was replaced. */
const notOurs = ({ id, at }: Deletion, token: ByHand, puts: readonly Put[]): Violation | undefined => {
  const { lineage, expires } = token;
  const replaced = lineage && puts.find((put) => put.secret === lineage.secret && put.at >= token.at);
  const until =
    replaced && replaced.at + (lineage.existing === "duration" ? TIMES.existingOverlap : TIMES.overlap);
  const subject = { secret: lineage?.secret, tokenId: id };
  const fail = (why: string): Violation => ({
    ...subject,
    invariant: 3,
    text: `token ${id}, which a person made, was deleted at ${clock(at)}: ${why}`,
  });
  if (lineage === undefined) return fail("the policy does not name it");
  if (lineage.existing === "report") return fail("the policy says to report it only");
  if (until === undefined) return fail("nothing had replaced it");
  if (at < until) return fail(`its time lasts until ${clock(until)}`);
  if (lineage.existing === "expiry" && (expires === undefined || at < expires))
    return fail("it had not expired");
  return undefined;
};

export const violationsOf = ({ puts, deletions, byHand }: Histories): readonly Violation[] =>
  deletions.flatMap((deletion) => {
    const person = byHand.get(deletion.id);
    const found = person === undefined ? storedTooLong(deletion, puts) : notOurs(deletion, person, puts);
    return found === undefined ? [] : [found];
  });
