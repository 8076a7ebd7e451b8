import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
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
