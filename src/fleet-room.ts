import { type Sweep, sweepSecrets } from "./apply/sweep.ts";
import type { Connection } from "./connect.ts";
import type { Policy } from "./model/policy.ts";
import { keepHeapSmall } from "./small-heap.ts";

/** What a replica needs for its parts of one pass: connections, and every secret's labels and tags, read once. */
export interface PassRoom extends Pick<Connection, "ports" | "inspector"> {
  sweep(): Promise<Sweep>;
}

export interface PassRooms {
  /** One room for all that is done for a pass at the same time, or one after the other. */
  enter<Result>(pass: string, policy: Policy, work: (room: PassRoom) => Promise<Result>): Promise<Result>;
  /** Another replica was refused by GitLab: nothing is asked before then, in milliseconds of the wall clock. */
  pause(until: number): void;
  /** Lets go of what no pass needs any more. */
  leave(current: string | undefined): void;
  close(): Promise<void>;
}

interface Entered {
  readonly pass: string;
  readonly policy: Policy;
  readonly connection: Promise<Connection>;
  sweep: Promise<Sweep> | undefined;
  users: number;
  /** Ends what goes on beside the pass. */
  readonly end: () => void;
}

export interface RoomsOptions {
  /** The access token is read anew for each pass. The policy is the pass's, whatever is given to the replica meanwhile. */
  readonly connect: (policy: Policy) => Promise<Connection>;
  readonly onError: (error: unknown) => void;
}

export const createPassRooms = ({ connect, onError }: RoomsOptions): PassRooms => {
  const rooms = new Map<string, Entered>();

  const open = (pass: string, policy: Policy): Entered => {
    const end = keepHeapSmall();
    const room: Entered = { pass, policy, connection: connect(policy), sweep: undefined, users: 0, end };
    room.connection.catch(() => {
      rooms.delete(pass);
      end();
    });
    rooms.set(pass, room);
    return room;
  };
  const shut = async (room: Entered): Promise<void> => {
    rooms.delete(room.pass);
    room.end();
    await room.connection.then((connection) => connection.close()).catch(onError);
  };
  const sweepIn = async (room: Entered): Promise<Sweep> => {
    const { ports } = await room.connection;
    // One that failed is tried again by the next who needs it.
    room.sweep ??= sweepSecrets(ports, room.policy.gitlab.instance).catch((error: unknown) => {
      room.sweep = undefined;
      throw error;
    });
    return room.sweep;
  };
  const leave = (current: string | undefined): void => {
    for (const room of rooms.values()) if (room.users === 0 && room.pass !== current) void shut(room);
  };

  return {
    enter: async (pass, policy, work) => {
      const room = rooms.get(pass) ?? open(pass, policy);
      room.users += 1;
      try {
        const { ports, inspector } = await room.connection;
        return await work({ ports, inspector, sweep: () => sweepIn(room) });
      } finally {
        room.users -= 1;
      }
    },
    pause: (until) => {
      for (const { connection } of rooms.values())
        connection.then((opened) => opened.pause(until)).catch(() => undefined);
    },
    leave,
    close: async () => {
      await Promise.all([...rooms.values()].map(shut));
    },
  };
};
