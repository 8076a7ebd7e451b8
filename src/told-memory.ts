import type { Logger } from "./logger.ts";
import type { AccessToken } from "./model/access-token.ts";
import type { MemoryFile } from "./notify/memory-file.ts";
import {
  EMPTY_MEMORY,
  type NotificationMemory,
  type ReceiverMemory,
  readMemory,
  writeMemory,
} from "./report/notification-memory.ts";

interface ToldMemoryOptions {
  readonly file: string | undefined;
  /** In place of a file. */
  readonly kept?: MemoryFile | undefined;
  readonly logger: Logger | undefined;
}

/** What was told to whom, in the process and, where there is a file, for the next one. */
export interface ToldMemory {
  /** Resolves when the file was read; never rejects. */
  ready(): Promise<void>;
  current(): NotificationMemory;
  see(accessToken: AccessToken): void;
  tell(receiver: string, memory: ReceiverMemory): void;
  /** Resolves when everything is in the file. */
  saved(): Promise<void>;
}

/** A file that cannot be used costs a repeated message, and never a pass. */
export const createToldMemory = ({ file, kept, logger }: ToldMemoryOptions): ToldMemory => {
  let memory = EMPTY_MEMORY;
  let reading: Promise<void> | undefined;
  let saving: Promise<void> = Promise.resolve();
  let isStale = false;
  const disk =
    file === undefined
      ? Promise.resolve(kept)
      : import("./notify/memory-file.ts").then(({ createMemoryFile }) => createMemoryFile(file));

  const read = async (): Promise<void> => {
    try {
      const text = await (await disk)?.read();
      if (text === undefined) return;
      const remembered = readMemory(text);
      if (remembered === undefined) throw new Error("not what we wrote there");
      memory = remembered;
    } catch (error) {
      logger?.warn("notification memory unreadable, starting afresh", { file, error });
    }
  };
  const save = async (): Promise<void> => {
    if (!isStale) return;
    isStale = false;
    try {
      await (await disk)?.write(writeMemory(memory));
    } catch (error) {
      logger?.warn("notification memory not written", { file, error });
    }
  };
  const change = (next: NotificationMemory): void => {
    memory = next;
    isStale = true;
    saving = saving.then(save);
  };

  return {
    ready: () => {
      reading ??= read();
      return reading;
    },
    current: () => memory,
    see: (accessToken) => {
      if (JSON.stringify(accessToken) !== JSON.stringify(memory.accessToken))
        change({ ...memory, accessToken });
    },
    tell: (receiver, told) =>
      change({ ...memory, receivers: new Map([...memory.receivers, [receiver, told]]) }),
    saved: () => saving,
  };
};
