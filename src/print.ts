import { once } from "node:events";

/** Bytes that are gathered before they are written: a write for each line would take longer than all else. */
const GATHER = 64 * 1024;

/** Writes a text as it comes, no faster than it is read: of a large estate, the whole would fill the memory. */
export const print = async (stream: NodeJS.WritableStream, pieces: Iterable<string>): Promise<void> => {
  let gathered = "";
  const write = async (text: string): Promise<void> => {
    if (!stream.write(text)) await once(stream, "drain");
  };
  for (const piece of pieces) {
    gathered += piece;
    if (gathered.length < GATHER) continue;
    await write(gathered);
    gathered = "";
  }
  await write(`${gathered}\n`);
};
