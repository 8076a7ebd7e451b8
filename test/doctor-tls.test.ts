import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer as createPlain } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { meetTls } from "../src/doctor-tls.ts";

const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;
const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

const listen = async (server: Server): Promise<string> => {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `https://localhost:${(server.address() as AddressInfo).port}`;
};

const selfSigned = (): { key: Buffer; cert: Buffer } => {
  const folder = mkdtempSync(join(tmpdir(), "doctor-tls-"));
  const made = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "5", "-subj", "/O=My CA/CN=localhost"];
  spawnSync("openssl", ["req", ...made, "-keyout", "key.pem", "-out", "ca.pem"], { cwd: folder });
  const read = { key: readFileSync(join(folder, "key.pem")), cert: readFileSync(join(folder, "ca.pem")) };
  rmSync(folder, { recursive: true });
  return read;
};

describe("a look at a certificate", () => {
  it.skipIf(!hasOpenssl)("tells who issued it, until when it holds, and why it is not trusted", async () => {
    const requests: unknown[] = [];
    const server = createServer(selfSigned(), (request) => requests.push(request));
    const met = await meetTls(await listen(server));
    expect(met).toMatchObject({ kind: "met", issuer: "localhost", problem: "DEPTH_ZERO_SELF_SIGNED_CERT" });
    const days = met.kind === "met" && met.validTo && (met.validTo.getTime() - Date.now()) / 86_400_000;
    expect(days).toBeCloseTo(5, 1);
    expect(requests).toEqual([]);
  });

  it("fails where nobody speaks TLS, or nobody listens", async () => {
    const url = await listen(createPlain());
    expect(await meetTls(url)).toMatchObject({ kind: "failed" });
    await new Promise((resolve) => servers.splice(0)[0]?.close(resolve));
    expect(await meetTls(url)).toEqual({ kind: "failed", message: "ECONNREFUSED" });
  });

  it("is not taken at http://", async () => {
    expect(await meetTls("http://127.0.0.1:1")).toEqual({ kind: "plain" });
  });
});
