import { fork } from "node:child_process";
import type { Counts } from "./counts.ts";
import type { Estate } from "./estate.ts";
import type { WorldOptions } from "./serve.ts";
import { CONTROL } from "./server.ts";

export interface Seen {
  readonly gitlab: Counts;
  readonly aws: Counts & { readonly throttled: number };
}

export interface World {
  readonly estate: Estate;
  readonly gitlabUrl: string;
  readonly awsUrl: string;
  seen(): Promise<Seen>;
  /** As at the start, with nothing counted. */
  reset(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Whole seconds, as everything that is counted from it is. */
export const present = (): number => Math.floor(Date.now() / 1_000) * 1_000;

const serve = (kind: "gitlab" | "aws", options: WorldOptions) =>
  new Promise<{ readonly url: string; stop(): Promise<void> }>((resolve, reject) => {
    const child = fork(new URL("serve.ts", import.meta.url), [kind, JSON.stringify(options)]);
    const ended = new Promise<void>((settled) => child.once("exit", () => settled()));
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the ${kind} world ended with code ${code}`)));
    child.once("message", (message) => {
      const { port } = message as { readonly port: number };
      resolve({
        url: `http://127.0.0.1:${port}`,
        stop: async () => {
          child.kill();
          await ended;
        },
      });
    });
  });

const ask = async (url: string, method: "GET" | "POST"): Promise<unknown> =>
  (await fetch(`${url}${CONTROL}`, { method })).json();

/** Both servers, each in a process of its own, so that their work is not counted as anyone's. */
export const startWorld = async (options: WorldOptions): Promise<World> => {
  const [gitlab, aws] = await Promise.all([serve("gitlab", options), serve("aws", options)]);
  return {
    estate: options.estate,
    gitlabUrl: gitlab.url,
    awsUrl: aws.url,
    seen: async () => ({
      gitlab: (await ask(gitlab.url, "GET")) as Seen["gitlab"],
      aws: (await ask(aws.url, "GET")) as Seen["aws"],
    }),
    reset: async () => {
      await Promise.all([ask(gitlab.url, "POST"), ask(aws.url, "POST")]);
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([gitlab.stop(), aws.stop()]);
    },
  };
};
