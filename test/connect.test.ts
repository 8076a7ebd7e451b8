import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type Connection, connect } from "../src/connect.ts";
import { runPass } from "../src/pass.ts";
import { loadPolicy } from "../src/policy/load-policy.ts";
import type { Program } from "../src/program.ts";
import { readSettings } from "../src/settings.ts";
import { stubAwsEnvironment } from "./store/aws-store.ts";
import { startSecretsManager } from "./support/secrets-manager/simulator.ts";

const AWS = "{ type: aws-secrets-manager, region: eu-west-1, kms_key_id: alias/ci }";
const FILE = "{ type: file, path: ./secrets }";

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  vi.unstubAllEnvs();
});

interface Heard {
  readonly url: string;
  readonly asked: string[];
  readonly sockets: Set<Socket>;
  readonly server: Server;
}

/** Keeps every connection open, and says so. */
const listening = async (listener: RequestListener): Promise<Heard> => {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer({ keepAliveTimeout: 600_000 }, (request: IncomingMessage, response) => {
    asked.push(`${request.method} ${request.url}`);
    listener(request, response);
  });
  server.on("connection", (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanUps.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, sockets, server };
};

const refusing: RequestListener = (_, response) => response.writeHead(400).end("{}");

const setUp = (gitlabUrl: string, { store = FILE, env = {}, limits = "{}", folder = "/nowhere" } = {}) => {
  const all = { GITLAB_TOKEN: "glpat-0123456789abcdefghij", ...env };
  const text = `version: 1
gitlab: { url: "${gitlabUrl}" }
store: ${store}
limits: ${limits}
projects:
  - path: platform/api
    tokens: [{ name: registry-pull, scopes: [read_registry] }]
`;
  const program: Program = {
    argv: [],
    env: all,
    stdin: new PassThrough() as unknown as NodeJS.ReadStream,
    stdout: new PassThrough(),
    stderr: new PassThrough() as unknown as NodeJS.WriteStream,
    clock: { now: () => new Date(), monotonic: () => performance.now(), sleep: async () => {} },
    random: (max) => max,
    readFile: () => Buffer.alloc(0),
    stop: new AbortController().signal,
    onReload: () => undefined,
  };
  const policyFile = join(folder, "rotation.yaml");
  const policy = loadPolicy({ file: policyFile, bytes: Buffer.from(text) });
  return { program, input: { policy, policyFile, settings: readSettings(all, () => "") } };
};

const connected = async (...parameters: Parameters<typeof setUp>): Promise<Connection> => {
  const { program, input } = setUp(...parameters);
  const connection = await connect(program, input);
  cleanUps.push(() => connection.close());
  return connection;
};

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));

const project = { kind: "project", idOrPath: 42 } as const;

describe("the systems of a policy", () => {
  it("are asked through the proxies of the environment", async () => {
    stubAwsEnvironment();
    vi.stubEnv("AWS_ENDPOINT_URL_SECRETS_MANAGER", "http://secrets.example:8000");
    const proxy = await listening(refusing);
    const { ports } = await connected("http://gitlab.example", {
      store: AWS,
      env: { HTTP_PROXY: proxy.url },
    });
    await expect(ports.gitlab.resolve(project)).rejects.toThrow("400");
    await expect(ports.store.describe("a")).rejects.toThrow();
    expect(proxy.asked[0]).toBe("GET http://gitlab.example/api/v4/projects/42");
    expect(proxy.asked[1]).toBe("POST http://secrets.example:8000/");
  });

  it("hold secrets in the policy's region, under its key", async () => {
    stubAwsEnvironment();
    const aws = await startSecretsManager();
    cleanUps.push(() => aws.close());
    vi.stubEnv("AWS_ENDPOINT_URL_SECRETS_MANAGER", aws.url);
    const { ports } = await connected("http://gitlab.example", { store: AWS });
    await ports.store.ensure("gitlab/a", {});
    expect(aws.log[0]).toMatchObject({ region: "eu-west-1" });
    expect(aws.log[0]?.body).toMatchObject({ KmsKeyId: "alias/ci" });
  });

  it("hold secrets beside the policy, wherever the program runs", async () => {
    const folder = mkdtempSync(join(tmpdir(), "rotator-connect-"));
    cleanUps.push(async () => rmSync(folder, { recursive: true }));
    const { ports } = await connected("http://gitlab.example", { folder });
    await ports.store.ensure("a", {});
    expect(readdirSync(join(folder, "secrets"))).toEqual(["a.json"]);
  });

  it("are asked no more at once than the policy's concurrency", async () => {
    const gitlab = await listening(() => {});
    const { ports } = await connected(gitlab.url, { limits: "{ concurrency: 2 }" });
    for (let count = 0; count < 5; count += 1) ports.gitlab.resolve(project).catch(() => undefined);
    while (gitlab.asked.length < 2) await settle();
    await settle();
    expect(gitlab.asked).toHaveLength(2);
  });

  it("are asked no more in a second than the policy's rate", async () => {
    const gitlab = await listening(refusing);
    const { program, input } = setUp(gitlab.url, { limits: "{ gitlab_requests_per_second: 1 }" });
    const slept: number[] = [];
    const sleep = async (duration: number): Promise<void> => void slept.push(duration);
    const clock = { ...program.clock, monotonic: () => 0, sleep };
    const { ports, close } = await connect({ ...program, clock }, input);
    cleanUps.push(close);
    await Promise.allSettled([1, 2].map(() => ports.gitlab.resolve(project)));
    // A little below the rate, see gitlab/pacing.ts.
    expect(slept).toEqual([Math.ceil(1_000 / 0.97)]);
  });
});

describe("a pass", () => {
  it.each([
    ["has ended", 200],
    ["breaks", 400],
  ])("lets go of every connection when it %s", async (_, status) => {
    stubAwsEnvironment();
    const both = await listening((request, response) => {
      const isAws = request.method === "POST";
      response.writeHead(isAws ? status : 404).end(isAws ? '{"SecretList":[]}' : "{}");
    });
    vi.stubEnv("AWS_ENDPOINT_URL_SECRETS_MANAGER", both.url);
    const { program, input } = setUp(both.url, { store: AWS });
    const pass = runPass(program, { ...input, mode: "plan", logger: undefined, style: undefined });
    const failed = await pass.then(({ summary }) => summary.failed).catch(() => "it broke");
    expect(failed).toBe(status === 200 ? 1 : "it broke");
    expect(both.sockets.size).toBeGreaterThan(0);
    await Promise.all([...both.sockets].map((socket) => socket.destroyed || once(socket, "close")));
  });
});
