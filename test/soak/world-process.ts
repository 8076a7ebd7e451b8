import { fork } from "node:child_process";
import { once } from "node:events";
import type { ClockOrigin } from "./fast-clock.ts";
import type { Addresses, Counts, Read, WorldRequest } from "./world.ts";

/** The daemon's surroundings, as the driver sees them. */
export interface WorldProcess {
  readonly addresses: Addresses;
  beginPass(pass: Omit<Extract<WorldRequest, { do: "begin pass" }>, "do">): Promise<void>;
  replaceProject(): Promise<void>;
  /** From outside, so that the client's sockets are not counted. */
  read(urls: readonly string[]): Promise<readonly Read[]>;
  counts(): Promise<Counts>;
  close(): void;
}

interface Reply {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

export const startWorldProcess = async (origin: ClockOrigin): Promise<WorldProcess> => {
  const child = fork(new URL("world.ts", import.meta.url), [JSON.stringify(origin)], { execArgv: [] });
  const waiting = new Map<number, (reply: Reply) => void>();
  let lastId = 0;
  const [addresses] = (await once(child, "message")) as [Addresses];
  child.on("message", (reply: Reply) => {
    waiting.get(reply.id)?.(reply);
    waiting.delete(reply.id);
  });
  const ask = async (request: WorldRequest): Promise<unknown> => {
    lastId += 1;
    const id = lastId;
    const { error, value } = await new Promise<Reply>((resolve) => {
      waiting.set(id, resolve);
      child.send({ id, request });
    });
    if (error !== undefined) throw new Error(`the world: ${error}`);
    return value;
  };
  return {
    addresses,
    beginPass: async (pass) => void (await ask({ do: "begin pass", ...pass })),
    replaceProject: async () => void (await ask({ do: "replace project" })),
    read: async (urls) => (await ask({ do: "read", urls })) as readonly Read[],
    counts: async () => (await ask({ do: "count" })) as Counts,
    close: () => child.disconnect(),
  };
};
