import { createServer, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { milliseconds } from "../../src/model/duration.ts";
import { createAwsStore } from "../../src/store/aws.ts";
import { SHORT, stubAwsEnvironment } from "./aws-store.ts";
import { failureOf, putting } from "./contract.ts";
import { storeClock } from "./store-clock.ts";

const HEAD = "HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.1\r\n";

/** Sends `head`, then a byte every few milliseconds for as long as anybody listens. */
const startDripping = async (head: string): Promise<{ url: string; close(): Promise<void> }> => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.once("data", () => {
      socket.write(head);
      const drip = setInterval(() => socket.write("x"), 20);
      socket.once("close", () => clearInterval(drip));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
};

describe("an answer that drips in without an end", () => {
  beforeEach(stubAwsEnvironment);
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  test.each([
    ["in its headers", `${HEAD}x-drip: `],
    ["in its body", `${HEAD}content-length: 1000000\r\n\r\n{"x":"`],
  ])("times out, %s, and leaves the put's outcome unknown", async (_, head) => {
    const server = await startDripping(head);
    const store = await createAwsStore({
      region: "us-east-1",
      endpoint: server.url,
      clock: storeClock(),
      timeouts: SHORT,
    });
    closing.push(server.close, async () => store.close());
    expect(await failureOf(store.put("name", putting(1, "a-value")))).toMatchObject({
      code: "ERR_SECRET_UNAVAILABLE",
      outcome: "unknown",
    });
  });

  test("times out for everything that may be sent again, too", async () => {
    const server = await startDripping(`${HEAD}content-length: 1000000\r\n\r\n{"x":"`);
    const store = await createAwsStore({
      region: "us-east-1",
      endpoint: server.url,
      clock: storeClock(),
      timeouts: { connection: milliseconds(50), request: milliseconds(150) },
    });
    closing.push(server.close, async () => store.close());
    const calls = [
      store.list()[Symbol.asyncIterator]().next(),
      store.describe("name"),
      store.versions("name"),
      store.ensure("name", {}),
      store.record("name", {}),
    ];
    for (const error of await Promise.all(calls.map(failureOf)))
      expect(error).toMatchObject({ code: "ERR_SECRET_UNAVAILABLE" });
  });
});
