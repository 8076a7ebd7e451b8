import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** Stands between a client and a server, and may fail as networks do. */
export interface TcpProxy {
  readonly port: number;
  /** Breaks what is open, and takes nothing new. */
  cut(): void;
  /** Swallows everything, both ways; nobody is told. */
  freeze(): void;
  /** As if nothing had been; what was swallowed is lost, with its connection. */
  restore(): void;
  close(): Promise<void>;
}

export const startProxy = async (to: number): Promise<TcpProxy> => {
  let state: "open" | "cut" | "frozen" = "open";
  const pairs = new Set<readonly [Socket, Socket]>();
  const server = createServer((client) => {
    if (state === "cut") return void client.destroy();
    const upstream = connect(to, "127.0.0.1");
    const pair = [client, upstream] as const;
    pairs.add(pair);
    const end = (): void => {
      pairs.delete(pair);
      client.destroy();
      upstream.destroy();
    };
    for (const socket of pair) socket.on("error", end).on("close", end).setNoDelay(true);
    client.on("data", (chunk) => void (state === "open" && upstream.write(chunk)));
    upstream.on("data", (chunk) => void (state === "open" && client.write(chunk)));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const breakAll = (): void => {
    for (const [client, upstream] of [...pairs]) {
      client.destroy();
      upstream.destroy();
    }
  };
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    cut: () => {
      state = "cut";
      breakAll();
    },
    freeze: () => {
      state = "frozen";
    },
    restore: () => {
      if (state === "frozen") breakAll();
      state = "open";
    },
    close: async () => {
      state = "cut";
      breakAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
