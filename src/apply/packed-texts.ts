const CHUNK = 1024 * 1024;
/** The first chunk's bytes: a small estate need not pay for a large one. */
const FIRST_CHUNK = 8 * 1024;
/** Where a text begins, and its length in bytes. */
const PLACE = 2;

/** Texts by number, kept outside of the heap: a hundred thousand projects would fill it. */
export interface PackedTexts {
  readonly size: number;
  add(text: string): void;
  /** `index` counts from 0, in the order of adding. */
  at(index: number): string;
}

export const createPackedTexts = (): PackedTexts => {
  const chunks: Buffer[] = [];
  let free = 0;
  let room = 0;
  let places = new Float64Array(PLACE * 64);
  let size = 0;
  return {
    get size() {
      return size;
    },
    add: (text) => {
      const length = Buffer.byteLength(text);
      // None spans two chunks; one that is larger than a chunk has one of its own.
      if (free + length > room) {
        room = Math.max(Math.min(CHUNK, FIRST_CHUNK * 2 ** chunks.length), length);
        chunks.push(Buffer.allocUnsafeSlow(room));
        free = 0;
      }
      if (PLACE * size === places.length) {
        const larger = new Float64Array(2 * places.length);
        larger.set(places);
        places = larger;
      }
      chunks.at(-1)?.write(text, free);
      places[PLACE * size] = (chunks.length - 1) * CHUNK + free;
      places[PLACE * size + 1] = length;
      free += length;
      size += 1;
    },
    at: (index) => {
      const begin = places[PLACE * index] ?? 0;
      const offset = begin % CHUNK;
      const chunk = chunks[Math.floor(begin / CHUNK)];
      return chunk?.toString("utf8", offset, offset + (places[PLACE * index + 1] ?? 0)) ?? "";
    },
  };
};
