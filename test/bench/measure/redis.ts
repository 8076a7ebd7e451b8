import { spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants } from "node:fs";
import type { AddressInfo } from "node:net";
import { connect, createServer } from "node:net";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export interface Redis {
  readonly url: string;
  [Symbol.asyncDispose](): Promise<void>;
}

const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** Redis, or Valkey, which is the same to us. */
export const findRedisServer = (): string | undefined =>
  (process.env["PATH"] ?? "")
    .split(delimiter)
    .flatMap((folder) => ["redis-server", "valkey-server"].map((name) => join(folder, name)))
    .find(isExecutable);

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
};

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });

const TRIES = 100;

/** One that keeps nothing on the disk. */
export const startRedis = async (server: string, folder: string): Promise<Redis> => {
  const port = await freePort();
  const settings = { port, bind: "127.0.0.1", save: "", appendonly: "no", dir: folder };
  const args = Object.entries(settings).flatMap(([key, value]) => [`--${key}`, String(value)]);
  const child = spawn(server, args, { stdio: "ignore" });
  const ended = once(child, "close");
  for (let tries = 0; !(await answers(port)); tries += 1) {
    if (tries === TRIES || child.exitCode !== null) throw new Error(`${server} does not start`);
    await sleep(50);
  }
  return {
    url: `redis://127.0.0.1:${port}/0`,
    [Symbol.asyncDispose]: async () => {
      child.kill();
      await ended;
    },
  };
};
