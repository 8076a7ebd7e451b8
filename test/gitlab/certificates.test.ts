import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createSecureServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { atTheEnd } from "./tiny-server.ts";

const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;
const client = new URL("../../src/gitlab/gitlab.ts", import.meta.url).href;
const secret = new URL("../../src/model/secret.ts", import.meta.url).href;

/** Resolves a project in a Node of its own, as Node reads these variables once, when it starts. */
const SCRIPT = `
  const { createGitLab } = await import(${JSON.stringify(client)});
  const { Secret } = await import(${JSON.stringify(secret)});
  const clock = { now: () => new Date(), monotonic: () => performance.now(), sleep: async () => {} };
  const gitlab = createGitLab({
    url: process.argv[1], token: new Secret("glpat-x"), clock, requestsPerSecond: 10, concurrency: 1,
  });
  const outcome = gitlab.resolve({ kind: "project", idOrPath: 42 }).then(
    ({ path }) => "found " + path,
    ({ code, outcome, message }) => [code, outcome, message].join(" | "),
  );
  process.stdout.write(await outcome);
  await gitlab.close();
`;

let folder: string;
/** Of HTTP, in which the server was asked. */
const versions: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "certificates-"));
  const made = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"];
  const where = ["-addext", "subjectAltName=DNS:localhost", "-keyout", "key.pem", "-out", "ca.pem"];
  if (hasOpenssl) spawnSync("openssl", ["req", ...made, ...where], { cwd: folder });
  return () => rm(folder, { recursive: true });
});

const resolveWith = async (variables: Readonly<Record<string, string>>): Promise<string> => {
  const [key, cert] = await Promise.all([
    readFile(join(folder, "key.pem")),
    readFile(join(folder, "ca.pem")),
  ]);
  const server = createSecureServer({ key, cert, allowHTTP1: true }, (request, response) => {
    versions.push(request.httpVersion);
    response.writeHead(200, { "Content-Type": "application/json" });
    response.end(JSON.stringify({ id: 42, path_with_namespace: "platform/api" }));
  });
  server.on("tlsClientError", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  atTheEnd(() => new Promise((resolve) => server.close(resolve)));
  const url = `https://localhost:${(server.address() as AddressInfo).port}`;
  const env = { PATH: process.env["PATH"], NODE_NO_WARNINGS: "1", ...variables };
  const options = ["--input-type=module", "--eval", SCRIPT, url];
  return (await promisify(execFile)(process.execPath, options, { env })).stdout;
};

describe.skipIf(!hasOpenssl)("a private certificate authority", () => {
  test("is not trusted by itself, and the error says what to set", async () => {
    const said = await resolveWith({});
    expect(said).toContain("ERR_GITLAB_UNAVAILABLE | refused | No trusted TLS connection to GitLab");
    expect(said).toContain("set NODE_EXTRA_CA_CERTS");
  });

  test.each<[string, (file: string) => Record<string, string>]>([
    ["NODE_EXTRA_CA_CERTS", (file) => ({ NODE_EXTRA_CA_CERTS: file })],
    [
      "SSL_CERT_FILE with --use-openssl-ca",
      (file) => ({ SSL_CERT_FILE: file, NODE_OPTIONS: "--use-openssl-ca" }),
    ],
    ["SSL_CERT_FILE with NODE_USE_SYSTEM_CA", (file) => ({ SSL_CERT_FILE: file, NODE_USE_SYSTEM_CA: "1" })],
  ])("is trusted once %s names it", async (_, variables) => {
    expect(await resolveWith(variables(join(folder, "ca.pem")))).toBe("found platform/api");
  });

  test("is asked over HTTP/1.1 even by a server of HTTP/2, as a creation must not be sent again after a GOAWAY", async () => {
    versions.splice(0);
    await resolveWith({ NODE_EXTRA_CA_CERTS: join(folder, "ca.pem") });
    expect(versions).toEqual(["1.1"]);
  });
});
