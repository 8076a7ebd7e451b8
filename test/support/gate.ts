import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** A way to a server that can be shut: who comes then is refused, and who is under way is cut off. */
export interface Gate {
  readonly url: string;
  /** Where it leads. */
  leadTo(url: string): void;
  shut(): void;
  open(): Promise<void>;
  close(): Promise<void>;
}

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", resolve);
  });

export const startGate = async (): Promise<Gate> => {
  let target = 0;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(target, "127.0.0.1");
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on("error", () => other.destroy()).on("close", () => sockets.delete(one));
      one.pipe(other);
    }
  });
  await listen(server, 0);
  const { port } = server.address() as AddressInfo;
  const shut = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${port}`,
    leadTo: (url) => {
      target = Number(new URL(url).port);
    },
    shut,
    open: () => listen(server, port),
    close: async () => shut(),
  };
};
