import type { FleetView, Replica } from "../model/fleet.ts";
import { RedisLostError } from "./ask.ts";
import { policyInForce } from "./policy-in-force.ts";
import type { Beat, Registry } from "./registry.ts";

/** What a replica tells of itself, but for since when: that is Redis's to say. */
export type Own = Omit<Replica, "since">;

export interface MemberOptions {
  readonly fleet: string;
  readonly registry: Registry;
  readonly own: () => Own;
  readonly now: () => Date;
  /** Resolves when Redis can be asked for the first time, or that takes too long. */
  readonly ready: () => Promise<void>;
  /** Between two signs of life, in milliseconds. */
  readonly period: number;
  /** After each sign of life that was heard. */
  readonly onBeat: (beat: Beat, inForce: boolean) => Promise<void>;
  /** What went wrong after a sign of life. */
  readonly onTrouble: (error: unknown) => void;
  /** Told once, not at every try. */
  readonly onLost: (error: unknown) => void;
  readonly onBack: () => void;
}

/** This replica among the others. */
export interface Member {
  /** Gives signs of life until it is closed. */
  start(): void;
  /** One at once: it may be another policy's turn by now. True when ours is in force. Throws when Redis is away. */
  beat(): Promise<boolean>;
  isInForce(): boolean;
  view(): FleetView;
  /** Replicas with our policy that were alive when last heard of; at least one. */
  size(): number;
  /** Resolves when Redis answers again; rejects when it is closed first. */
  untilBack(): Promise<void>;
  /** Another policy has been given to it: its time begins anew. */
  renew(): void;
  close(): Promise<void>;
}

export const createMember = (options: MemberOptions): Member => {
  const { fleet, registry, own, now, ready, period, onBeat, onTrouble, onLost, onBack } = options;
  let since: Date | undefined;
  let replicas: readonly Replica[] = [];
  let lostSince: Date | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  let beating: Promise<void> = Promise.resolve();
  const waiting = new Set<{ readonly resolve: () => void; readonly reject: (error: Error) => void }>();

  const inForce = (): string | undefined => policyInForce(replicas);
  const isOurs = (): boolean => lostSince === undefined && inForce() === own().policy;

  const hear = async (): Promise<void> => {
    let beat: Beat;
    try {
      const { id } = own();
      beat = await registry.beat({ ...own(), since });
      replicas = beat.replicas;
      since = replicas.find((replica) => replica.id === id)?.since ?? since;
      if (lostSince !== undefined) onBack();
      lostSince = undefined;
      for (const { resolve } of waiting) resolve();
      waiting.clear();
    } catch (error) {
      if (lostSince === undefined) onLost(error);
      lostSince ??= now();
      throw new RedisLostError(error);
    }
    await onBeat(beat, isOurs()).catch(onTrouble);
  };
  /** One after the other: two at once could tell an old story last. */
  const next = (): Promise<void> => {
    const heard = beating.then(hear);
    beating = heard.catch(() => undefined);
    return heard;
  };
  const loop = async (): Promise<void> => {
    await next().catch(() => undefined);
    if (!isClosed) timer = setTimeout(() => void loop(), period);
  };

  return {
    start: () => void ready().then(loop),
    beat: async () => {
      await next();
      return isOurs();
    },
    isInForce: isOurs,
    view: () => ({ name: fleet, self: own().id, replicas, policyInForce: inForce(), lostSince }),
    size: () => Math.max(1, replicas.filter(({ policy }) => policy === own().policy).length),
    untilBack: () =>
      new Promise((resolve, reject) => {
        if (isClosed) reject(new RedisLostError(new Error("stopping")));
        else waiting.add({ resolve, reject });
      }),
    renew: () => {
      since = undefined;
    },
    close: async () => {
      isClosed = true;
      clearTimeout(timer);
      await beating;
      for (const { reject } of waiting) reject(new RedisLostError(new Error("stopping")));
      waiting.clear();
      await registry.leave(own().id).catch(() => undefined);
    },
  };
};
