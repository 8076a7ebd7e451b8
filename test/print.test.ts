import { Writable } from "node:stream";
import { expect, it } from "vitest";
import { print } from "../src/print.ts";

it("writes a long text no faster than it is read, and all of it", async () => {
  let waiting = 0;
  let most = 0;
  let read = "";
  const slow = new Writable({
    highWaterMark: 1_024,
    write: (chunk: Buffer, _, done) => {
      read += chunk.toString();
      most = Math.max(most, waiting - read.length);
      setImmediate(done);
    },
  });
  const piece = `${"x".repeat(999)}\n`;
  const pieces = function* () {
    for (let count = 0; count < 1_000; count += 1) {
      waiting += piece.length;
      yield piece;
    }
  };
  await print(slow, pieces());
  expect(read).toBe(`${piece.repeat(1_000)}\n`);
  expect(most).toBeLessThan(200_000);
});
