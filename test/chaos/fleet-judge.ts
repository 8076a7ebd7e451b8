import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type ArchivedPass, createArchive } from "../../src/fleet/archive.ts";
import { dumpRedis, type RedisServer } from "../support/redis.ts";
import type { Violation } from "./invariants.ts";
import { leaksIn } from "./leaks.ts";
import type { World } from "./world.ts";

export interface Hook {
  readonly url: string;
  /** Ids of the digests that came, with the tokens that each calls newly made. */
  readonly digests: Map<string, readonly number[]>;
  close(): void;
}

/** Where digests arrive. */
export const openHook = async (): Promise<Hook> => {
  const digests = new Map<string, readonly number[]>();
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      const { id, done } = JSON.parse(body) as {
        readonly id: string;
        readonly done: readonly { readonly newTokenId: number | null }[];
      };
      digests.set(
        id,
        done.flatMap(({ newTokenId }) => newTokenId ?? []),
      );
      response.end();
    });
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, digests, close: () => server.close() };
};

export interface JudgeOptions {
  readonly redis: RedisServer;
  readonly fleet: string;
  readonly world: World;
  readonly digests: Hook["digests"];
}

/** Times at which Redis lost everything. */
type Losses = readonly number[];

const violation = (text: string): Violation => ({ invariant: 6, text });

/** Looks at what the fleet says of itself. */
export const createJudge = ({ redis, fleet, world, digests }: JudgeOptions) => {
  const archive = createArchive(redis.client, `rotator{${fleet}}`);
  const passes = new Map<string, ArchivedPass>();
  const leaked = new Set<string>();

  const overlaps = (losses: Losses): readonly Violation[] => {
    const inOrder = [...passes.values()].sort(
      (one, other) => one.record.startedAt.getTime() - other.record.startedAt.getTime(),
    );
    return inOrder.slice(1).flatMap(({ id, record }, index) => {
      const before = inOrder[index]?.record;
      const [from, until] = [before?.startedAt.getTime() ?? 0, before?.finishedAt.getTime() ?? 0];
      const begun = record.startedAt.getTime();
      if (begun >= until || losses.some((at) => at >= from && at <= begun)) return [];
      return [violation(`the pass ${id} began ${until - begun} ms before the one before it had ended`)];
    });
  };
  /** Within one pass, a lineage gets one token at most. */
  const twiceInAPass = (): readonly Violation[] =>
    [...passes.values()].flatMap(({ id, record }) => {
      const made = record.actions
        .filter(({ action, result }) => (action === "create" || action === "rotate") && result === "done")
        .map(({ kind, path, token }) => `${kind} ${path} ${token}`);
      return made
        .filter((lineage, index) => made.indexOf(lineage) !== index)
        .map((lineage) => violation(`${lineage} was rotated twice in the pass ${id}`));
    });
  const toldTwice = (): readonly Violation[] => {
    const told = [...digests.values()].flat();
    return [...new Set(told.filter((id, index) => told.indexOf(id) !== index))].map((id) =>
      violation(`token ${id} is new in two digests`),
    );
  };

  return {
    passes,
    /** What is in Redis now; `all` searches for every secret that there ever was. */
    look: async (all: boolean): Promise<readonly Violation[]> => {
      if (redis.client.status !== "ready") return [];
      for (const pass of await archive.passes()) passes.set(pass.id, pass);
      const issued = world.gitlab.issuedSecrets();
      const values = [...(all ? issued : issued.slice(-60)), ...world.credentials];
      const found = leaksIn(await dumpRedis(redis.client), values).filter((leak) => !leaked.has(leak));
      for (const leak of found) leaked.add(leak);
      return found.map((leak) => ({ invariant: 5, text: `${leak} in Redis` }));
    },
    verdict: (losses: Losses): readonly Violation[] => [
      ...overlaps(losses),
      ...twiceInAPass(),
      ...toldTwice(),
    ],
  };
};
