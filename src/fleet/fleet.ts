import { type Archive, createArchive } from "./archive.ts";
import { prefixOf } from "./keys.ts";
import { createMember, type Member, type MemberOptions } from "./member.ts";
import { createPassBoard, type PassBoard } from "./pass-board.ts";
import { openPauseChannel, type PauseChannel } from "./pause-channel.ts";
import { openQueues, type QueueOptions, type Queues } from "./queues.ts";
import { connectForCommands, connectForQueues, ready } from "./redis.ts";
import { createRegistry, type Registry } from "./registry.ts";
import { createSharedPace, type SharedPaceOptions } from "./shared-pace.ts";
import type { FleetTiming } from "./timing.ts";

export interface FleetOptions {
  readonly url: string;
  readonly name: string;
  readonly replica: string;
  readonly timing: FleetTiming;
  /** Told of every error of every connection: for the log of who looks for one. */
  readonly onError: (error: Error) => void;
}

/** Everything that a replica shares with the others, on one Redis. */
export interface Fleet {
  readonly registry: Registry;
  readonly board: PassBoard;
  readonly archive: Archive;
  member(options: Omit<MemberOptions, "fleet" | "registry" | "ready" | "period">): Member;
  queues(options: Pick<QueueOptions, "concurrency" | "ticks" | "handlers">): Queues;
  pace(options: Omit<SharedPaceOptions, "redis" | "prefix">): () => Promise<void>;
  pauses(onPause: (milliseconds: number) => void): PauseChannel;
  /** Why Redis cannot be reached, as far as it is known: a command only says that it could not be sent. */
  trouble(): Error | undefined;
  disconnect(): void;
}

/** Connects by itself, now or whenever Redis is there. */
export const openFleet = (options: FleetOptions): Fleet => {
  const { url, name, replica, timing, onError } = options;
  const prefix = prefixOf(name);
  const connect = { url, name: `deploy-token-rotator-${replica}`, onError };
  let trouble: Error | undefined;
  const redis = connectForCommands({
    ...connect,
    onError: (error) => {
      trouble = error;
      onError(error);
    },
  });
  redis.on("ready", () => {
    trouble = undefined;
  });
  const forQueues = connectForQueues(connect);
  const subscriber = connectForCommands(connect);
  const registry = createRegistry({ redis, prefix, liveFor: timing.liveFor });
  return {
    registry,
    board: createPassBoard(redis, prefix),
    archive: createArchive(redis, prefix),
    member: (own) =>
      createMember({ ...own, fleet: name, registry, ready: () => ready(redis), period: timing.beat }),
    queues: (own) => openQueues({ ...own, redis: forQueues, prefix, replica, timing }),
    pace: (own) => createSharedPace({ ...own, redis, prefix }),
    pauses: (onPause) => openPauseChannel({ redis, subscriber, prefix, self: replica, onPause }),
    trouble: () => trouble,
    disconnect: () => {
      for (const connection of [redis, forQueues, subscriber]) connection.disconnect();
    },
  };
};
