import { createServer, type OutgoingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

export interface ServedAnswer {
  readonly status: number;
  readonly headers?: OutgoingHttpHeaders | undefined;
  readonly body: string | Buffer;
  /** `raw` is written to the connection as it stands, in place of an answer. */
  readonly manner?: "whole" | "cut" | "raw" | undefined;
}

export interface AnsweringServer {
  readonly url: string;
  /** What everybody is answered from now on. */
  answer: ServedAnswer;
  close(): Promise<void>;
}

/** A server that gives one answer to all, however broken it is. */
export const answeringServer = async (): Promise<AnsweringServer> => {
  const server = createServer((request, response) => {
    const { status, headers, body, manner = "whole" } = served.answer;
    request.resume();
    request.on("end", () => {
      if (manner === "raw") return void request.socket.end(body);
      const announced = manner === "cut" ? { "content-length": Buffer.byteLength(body) + 10 } : {};
      try {
        response.writeHead(status, { ...headers, ...announced });
      } catch {
        // Headers that no server could send: as if it had broken.
        return void request.socket.destroy();
      }
      if (manner === "cut") response.write(body, () => request.socket.destroy());
      else response.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const served: AnsweringServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answer: { status: 500, body: "" },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return served;
};
