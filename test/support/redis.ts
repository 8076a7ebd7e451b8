import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { Redis } from "ioredis";

const BINARY = ["redis-server", "valkey-server"].find(
  (name) => spawnSync(name, ["--version"], { stdio: "ignore" }).status === 0,
);

/** Tests that need a Redis skip without one; the name of their `describe` says so. */
export const hasRedis = BINARY !== undefined;
export const REDIS_NEEDED = hasRedis ? "" : " (SKIPPED: neither redis-server nor valkey-server is installed)";

export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** For tests to look at it, past every proxy. */
  readonly client: Redis;
  /** As a crash: nothing of its data is kept. */
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
};

/** Servers that a test run breaks off must not live on. */
const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** A Redis of our own, in memory only. */
export const startRedis = async (options: { readonly password?: string } = {}): Promise<RedisServer> => {
  if (BINARY === undefined) throw new Error("no redis-server and no valkey-server here");
  const folder = mkdtempSync(join(tmpdir(), "rotator-redis-"));
  const port = await freePort();
  const { password } = options;
  let child: ChildProcess | undefined;
  const client = new Redis({
    port,
    host: "127.0.0.1",
    ...(password !== undefined && { password }),
    lazyConnect: true,
    retryStrategy: () => 50,
    maxRetriesPerRequest: null,
  });
  client.on("error", () => undefined);
  const start = async (): Promise<void> => {
    const args = [
      "--port",
      String(port),
      "--bind",
      "127.0.0.1",
      "--save",
      "",
      "--appendonly",
      "no",
      "--dir",
      folder,
    ];
    child = spawn(BINARY, [...args, ...(password === undefined ? [] : ["--requirepass", password])], {
      stdio: "ignore",
    });
    running.add(child);
    child.once("exit", () => running.delete(child as ChildProcess));
    while (client.status !== "ready") {
      if (client.status === "wait" || client.status === "end") await client.connect().catch(() => undefined);
      await sleep(20);
    }
  };
  const stop = async (): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
    while (client.status === "ready") await sleep(5);
  };
  await start();
  return {
    url: `redis://${password === undefined ? "" : `:${password}@`}127.0.0.1:${port}`,
    port,
    client,
    start,
    stop,
    close: async () => {
      client.disconnect();
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** Every key of every type, as text: BullMQ's packed fields too, byte for byte, and our own unpacked. */
export const dumpRedis = async (client: Redis): Promise<string> => {
  const texts: string[] = [];
  const tell = (value: unknown): void => {
    if (Buffer.isBuffer(value)) {
      const text = value.toString("latin1");
      texts.push(text, unzipped(text));
    } else if (Array.isArray(value)) for (const one of value) tell(one);
    else texts.push(String(value));
  };
  for (const key of await client.keys("*")) {
    texts.push(key);
    const type = await client.type(key);
    if (type === "string") tell(await client.getBuffer(key));
    else if (type === "hash") tell(await client.callBuffer("HGETALL", key));
    else if (type === "list") tell(await client.lrangeBuffer(key, 0, -1));
    else if (type === "set") tell(await client.smembersBuffer(key));
    else if (type === "zset") tell(await client.callBuffer("ZRANGE", key, "0", "-1"));
    else if (type === "stream") tell(await client.callBuffer("XRANGE", key, "-", "+"));
    else if (type !== "none") throw new Error(`nobody reads a ${type} here`);
  }
  return texts.join("\n");
};

/** What is packed is text within text. */
const unzipped = (text: string): string =>
  [...text.matchAll(/H4sI[A-Za-z0-9+/]{16,}={0,2}/g)]
    .map(([packed]) => {
      try {
        return gunzipSync(Buffer.from(packed, "base64")).toString("utf8");
      } catch {
        return "";
      }
    })
    .join("\n");
