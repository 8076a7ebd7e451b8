import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, createServer as createSocketServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A server that is neither GitLab nor Secrets Manager, and what reached it. */
export interface Stranger {
  readonly url: string;
  readonly received: IncomingHttpHeaders[];
  close(): Promise<void>;
}

const stranger = async (
  scheme: "http" | "https",
  make: (listener: RequestListener) => Server,
  answer: RequestListener,
): Promise<Stranger> => {
  const received: IncomingHttpHeaders[] = [];
  const server = make((request, response) => {
    received.push(request.headers);
    answer(request, response);
  });
  server.on("tlsClientError", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `${scheme}://localhost:${(server.address() as AddressInfo).port}`,
    received,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const listening: RequestListener = (_, response) => {
  response.writeHead(200, { "Content-Type": "application/json" }).end("{}");
};

/** Somebody who would gladly take a token. */
export const startListener = (): Promise<Stranger> => stranger("http", createServer, listening);

/** Sends everybody who asks on to another address. */
export const startRedirector = (status: number, to: string): Promise<Stranger> =>
  stranger("http", createServer, ({ url = "" }, response) => {
    response.writeHead(status, { Location: `${to}${url}` }).end();
  });

export const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;

/** Speaks TLS with a certificate that nobody has signed but itself. */
export const startSelfSigned = (): Promise<Stranger> => {
  const folder = mkdtempSync(join(tmpdir(), "self-signed-"));
  const made = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"];
  const where = ["-addext", "subjectAltName=DNS:localhost", "-keyout", "key.pem", "-out", "cert.pem"];
  spawnSync("openssl", ["req", ...made, ...where], { cwd: folder });
  const [key, cert] = ["key.pem", "cert.pem"].map((file) => readFileSync(join(folder, file)));
  rmSync(folder, { recursive: true });
  return stranger("https", (listener) => createTlsServer({ key, cert }, listener) as Server, listening);
};

/** Takes connections and says nothing, so that a TLS handshake never ends. */
export const startSilent = async (): Promise<Stranger> => {
  const sockets: Socket[] = [];
  const server = createSocketServer((socket) => void sockets.push(socket.on("error", () => {})));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: [],
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
};
