import type { FSWatcher } from "node:fs";
import { type Child, type ChildOptions, type Ending, startChild } from "./child.ts";
import { type Chronicle, createChronicle, type Happening, type Put } from "./chronicle.ts";
import type { Doom } from "./doom.ts";
import { putsOf, readFolder, watchFolder } from "./folder-watch.ts";
import { type ByHand, type Histories, type Violation, violationsOf } from "./invariants.ts";
import { leaksIn } from "./leaks.ts";
import { tokenOfVersion } from "./lineages.ts";
import { cutOf, STEPS, type Step } from "./steps.ts";
import { createWitness } from "./witness.ts";
import { type StoreKind, startWorld, type World, type WorldOptions } from "./world.ts";

export interface Casting extends Pick<ChildOptions, "script" | "env"> {
  readonly args: readonly string[];
  readonly doom: Doom | undefined;
  readonly patienceMs: number;
  readonly askedToStop: boolean;
  readonly latency: () => number;
  readonly swallows: () => boolean;
  /** Told of each happening. */
  readonly meanwhile?: ((happening: Happening) => void) | undefined;
}

export interface Tally {
  kills: number;
  freezes: number;
  children: number;
  restarts: number;
  halfDone: number;
  readonly steps: Record<Step, number>;
}

/** One world, whoever acts in it, and what was seen of it. */
export interface Stage {
  readonly world: World;
  readonly chronicle: Chronicle;
  readonly tally: Tally;
  readonly violations: Violation[];
  enter(casting: Casting): Promise<Child>;
  histories(): Histories;
  hasSecret(secret: string): boolean;
  /** Looks at everything once more, and gathers what is wrong. */
  inspect(): void;
  close(): Promise<void>;
}

const OWN_WORDS = /ERR_INTERNAL|^\s+at .*\(?(?:file|node):|UnhandledPromise|Uncaught/m;

export const openStage = async (
  store: StoreKind,
  folder: string,
  options: WorldOptions = {},
): Promise<Stage> => {
  const world = await startWorld(store, folder, options);
  const chronicle = createChronicle();
  const witness = createWitness(world, chronicle);
  const violations: Violation[] = [];
  const alive = new Set<Child>();
  const steps = Object.fromEntries(STEPS.map((step) => [step, 0])) as Record<Step, number>;
  const tally: Tally = { kills: 0, freezes: 0, children: 0, restarts: 0, halfDone: 0, steps };
  const issuedBefore = new Map<string, number>();

  const watcher: FSWatcher | undefined =
    store === "file"
      ? watchFolder(world.secrets, (happening) => {
          chronicle.happenings.push(happening);
          for (const child of alive) child.see(happening);
        })
      : undefined;

  const puts = (): Put[] => {
    const all =
      world.aws?.world.history.flatMap(({ label, to, secret, at }) => {
        const tokenId = label === "AWSCURRENT" ? tokenOfVersion(to ?? "") : undefined;
        return tokenId === undefined ? [] : [{ secret, tokenId, at: at.getTime() }];
      }) ?? readFolder(world.secrets).files.flatMap(putsOf);
    return all.sort((one, other) => one.at - other.at);
  };

  const byHand = new Map<number, ByHand>();
  const histories = (): Histories => {
    const { createdHistory, deletionHistory } = world.gitlab.world;
    for (const { id, at, by } of createdHistory) {
      const row = by === "person" && !byHand.has(id) ? world.gitlab.world.findDeployToken(id) : undefined;
      if (row === undefined) continue;
      const lineage = world.lineages.find(
        ({ kind, path, token }) => kind === row.kind && path === row.path && token === row.name,
      );
      byHand.set(id, { id, lineage, at: at.getTime(), expires: row.expiresAt?.getTime() });
    }
    const deletions = deletionHistory
      .filter(({ by }) => by === "api")
      .map(({ id, at }) => ({ id, at: at.getTime() }));
    return { puts: puts(), deletions, byHand };
  };

  const searchOutput = (name: string, output: string): void => {
    // What had been issued and forgotten long before it started, it cannot have seen.
    const issued = world.gitlab.issuedSecrets().slice(Math.max(0, (issuedBefore.get(name) ?? 0) - 60));
    for (const leak of leaksIn(output, [...issued, ...world.credentials]))
      violations.push({ invariant: 5, text: `${leak} in the output of ${name}` });
    const broken = OWN_WORDS.exec(output);
    if (broken !== null) {
      const start = Math.max(0, broken.index - 300);
      violations.push({ invariant: 6, text: `${name} broke: ${output.slice(start, broken.index + 700)}` });
    }
  };

  const enter = async (casting: Casting): Promise<Child> => {
    tally.children += 1;
    const name = `${store}-${tally.children}`;
    issuedBefore.set(name, world.gitlab.issuedSecrets().length);
    chronicle.lives.set(name, { from: Date.now(), until: undefined });
    const onFate = (fate: "killed" | "frozen" | "woken", why: string): void => {
      chronicle.note(`${name} ${fate} (${why})`);
      if (fate === "frozen") tally.freezes += 1;
      if (fate !== "killed") return;
      const { step, halfDone } = cutOf(chronicle, name);
      tally.kills += 1;
      tally.steps[step] += 1;
      tally.halfDone += halfDone;
    };
    const onHappening = (happening: Happening): void => {
      chronicle.happenings.push(happening);
      casting.meanwhile?.(happening);
    };
    chronicle.note(`${name} started: ${casting.args.join(" ")}`);
    const child = await startChild({ ...casting, name, world, witness, onHappening, onFate });
    alive.add(child);
    const ended = child.ended.then(async (ending: Ending) => {
      alive.delete(child);
      chronicle.note(`${name} ended with ${ending.code ?? "a signal"}`);
      const life = chronicle.lives.get(name);
      if (life !== undefined) life.until = Date.now();
      await child.wire.close();
      searchOutput(name, ending.output);
      return ending;
    });
    return { ...child, ended };
  };

  const told = new Set<string>();
  const inspect = (): void => {
    const wrong = store === "file" ? readFolder(world.secrets).wrong : [];
    const found: readonly Violation[] = [
      ...violationsOf(histories()),
      ...wrong.map((text) => ({ invariant: 6, text }) as const),
    ];
    for (const violation of found.filter(({ text }) => !told.has(text))) {
      told.add(violation.text);
      violations.push(violation);
    }
  };

  return {
    world,
    chronicle,
    tally,
    violations,
    enter,
    histories,
    inspect,
    hasSecret: (secret) => puts().some((put) => put.secret === secret),
    close: async () => {
      watcher?.close();
      await world.close();
    },
  };
};
