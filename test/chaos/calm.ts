import { setTimeout as sleep } from "node:timers/promises";
import type { Chronicle, Happening, Made } from "./chronicle.ts";
import type { Violation } from "./invariants.ts";
import type { Lineage } from "./lineages.ts";
import type { Stage } from "./stage.ts";
import { TIMES } from "./times.ts";
import { calmDown } from "./weather.ts";

const PASSES = 3;
const APART = TIMES.strayAfter + 500;

/**
 * In AWS: two processes overwrote each other's record, and the one whose record is lost died before it had stored its token; or a
 * token was made later than its record can be waited for. design.md names both as a known limit: nothing tells such a
 * token from a person's.
 */
const isKnownLimit = ({ secret, expires, at, by }: Made, { happenings }: Chronicle): boolean => {
  const records = happenings.filter(
    (each): each is Happening & { record: NonNullable<Happening["record"]> } =>
      each.kind === "record" &&
      each.phase === "committed" &&
      each.secret === secret &&
      each.record !== undefined,
  );
  // Two processes may come to one second by chance; in AWS it is known who wrote.
  const own = records.findIndex(
    ({ record, child }) => record.expires === expires && (child === undefined || child === by),
  );
  const isOther = (each: (typeof records)[number]): boolean =>
    each.child === undefined ? each.record.expires !== expires : each.child !== by;
  const [record, next] = [records[own], records.slice(own + 1).find(isOther)];
  // The one's token then fulfils the other's record too. A real `stray_after` makes it one chance in 600.
  if (records.some((each) => each.record.expires === expires && isOther(each))) return true;
  if (record === undefined) return false;
  if (at - record.record.at > TIMES.deadline) return true;
  // In AWS it is known when the writer of the next record had last looked; reads may be a second old. The folder lets
  // nobody overwrite a record that he has not seen.
  return next?.child !== undefined && next.child !== by && (next.askedAt ?? 0) < record.at + 1_000;
};

export interface Strays {
  readonly made: number;
  readonly recovered: number;
  /** Deleted by the process itself that had made them. */
  readonly undone: number;
  readonly knownLimit: number;
  readonly lost: readonly Made[];
}

/** Tokens that were made and never stored. */
export const countStrays = (stage: Stage): Strays => {
  const { chronicle, world } = stage;
  const { puts, deletions } = stage.histories();
  const stored = new Set(puts.map(({ tokenId }) => tokenId));
  const deleted = new Set(deletions.map(({ id }) => id));
  const never = [...chronicle.made.values()].filter(({ id }) => !stored.has(id));
  const undone = never.filter(({ id, by }) => deleted.has(id) && chronicle.deleters.get(id) === by);
  const strays = never.filter((token) => !undone.includes(token));
  const left = strays.filter(
    ({ id }) => !deleted.has(id) && world.gitlab.world.findDeployToken(id) !== undefined,
  );
  const known = left.filter((token) => isKnownLimit(token, chronicle));
  return {
    made: strays.length,
    recovered: strays.filter(({ id }) => deleted.has(id)).length,
    undone: undone.length,
    knownLimit: known.length,
    lost: left.filter((token) => !known.includes(token)),
  };
};

/** Invariant 4 for one lineage, after a pass that began at `passAt`. */
const unsettled = (stage: Stage, lineage: Lineage, passAt: number): readonly Violation[] => {
  const { world, chronicle } = stage;
  const { secret } = lineage;
  const puts = stage.histories().puts.filter((put) => put.secret === secret);
  const current = puts.at(-1);
  const tokens = world.gitlab.world
    .deployTokens({ kind: lineage.kind, path: lineage.path })
    .filter(({ name }) => name === lineage.token);
  const wrong = (text: string, tokenId?: number): Violation => ({ invariant: 4, text, secret, tokenId });
  if (current === undefined) {
    // A `match` whose token expired before it was taken up is nobody's any more.
    const taken = !/^(ci|old)-/.test(lineage.token) || tokens.some(({ live }) => live);
    return taken ? [wrong(`${secret} names no token`)] : [];
  }
  const holder = tokens.find(({ id }) => id === current.tokenId);
  const superseded = tokens.filter(({ id, live }) => {
    if (!live) return false;
    const index = puts.findIndex(({ tokenId }) => tokenId === id);
    const next = puts[index + 1];
    return index >= 0 && next !== undefined && next.at + TIMES.overlap < passAt;
  });
  return [
    ...(holder?.live
      ? []
      : [wrong(`the token ${current.tokenId} that ${secret} names is not live`, current.tokenId)]),
    ...superseded.map(({ id }) => wrong(`token ${id} of ${secret} outlives its overlap`, id)),
    ...tokens
      .filter(({ id }) => chronicle.made.get(id) !== undefined && !puts.some(({ tokenId }) => tokenId === id))
      .filter(({ id }) => !isKnownLimit(chronicle.made.get(id) as Made, chronicle))
      .map(({ id }) => wrong(`token ${id} of ${secret} is a stray that nobody deletes`, id)),
  ];
};

interface Report {
  readonly lineages: readonly {
    readonly secret: string;
    readonly actions: readonly { readonly result?: string; readonly error?: { readonly message: string } }[];
  }[];
}

const failuresIn = (stdout: string): readonly string[] => {
  try {
    return (JSON.parse(stdout) as Report).lineages.flatMap(({ secret, actions }) =>
      actions
        .filter(({ result }) => result === "failed")
        .map(({ error }) => `${secret}: ${error?.message ?? "failed"}`),
    );
  } catch {
    return [stdout.slice(0, 500)];
  }
};

/** The faults are gone: three passes, each `stray_after` apart, must clear everything up. */
export const settle = async (stage: Stage, tell: (line: string) => void): Promise<void> => {
  calmDown(stage.world);
  let passAt = 0;
  for (let pass = 1; pass <= PASSES; pass += 1) {
    await sleep(APART);
    passAt = Date.now();
    const child = await stage.enter({
      args: ["apply", "--json"],
      doom: undefined,
      patienceMs: 30_000,
      askedToStop: true,
      latency: () => 0,
      swallows: () => false,
    });
    const { code, stdout } = await child.ended;
    for (const line of code === 0 ? [] : failuresIn(stdout)) tell(`  ${line}`);
    tell(`pass ${pass} of ${PASSES} without faults: exit code ${code}`);
  }
  stage.inspect();
  for (const lineage of stage.world.lineages) stage.violations.push(...unsettled(stage, lineage, passAt));
};
