import { chmodSync, existsSync, mkdirSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type CliWorld, type Manner, type Said, startCliWorld } from "./fuzz/cli-world.ts";

const HEAD = `version: 1
gitlab: { url: https://gitlab.example.com }
store: { type: aws-secrets-manager, region: us-east-1 }
limits: { gitlab_requests_per_second: 1000 }
`;
const TOKENS = "tokens: [{ name: pull, scopes: [read_registry] }]";
const PROJECT = `${HEAD}projects: [{ path: platform/api, ${TOKENS} }]\n`;
const GROUP = `${HEAD}groups: [{ path: platform, ${TOKENS} }]\n`;
const WHO = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:sts::123456789012:assumed-role/rotator/i-1</Arn><UserId>A</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`;

let world: CliWorld;
const servers: Server[] = [];

const serve = async (status: number, body: string, headers: Record<string, string>): Promise<string> => {
  const server = createServer((_, response) => response.writeHead(status, headers).end(body));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

beforeEach(async () => {
  world = await startCliWorld();
  world.gitlab.world.addProject({ path: "platform/api" });
  vi.stubEnv("AWS_ENDPOINT_URL_STS", await serve(200, WHO, { "content-type": "text/xml" }));
});
afterEach(async () => {
  await world.close();
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

const as = (token: Parameters<CliWorld["gitlab"]["world"]["addPersonalAccessToken"]>[0]): Manner => ({
  env: { GITLAB_TOKEN: world.gitlab.world.addPersonalAccessToken(token).token },
});
interface Check {
  readonly check: string;
  readonly result: string;
  readonly message: string;
  readonly fix: string | null;
}
const doctor = async (policy: string, manner: Manner = {}) => {
  const said = await world.run(["doctor", "--json"], policy, manner);
  const checks = (JSON.parse(said.stdout) as { checks: Check[] }).checks;
  const of = (check: string): Check[] => checks.filter((one) => one.check === check);
  return { ...said, checks, of, not: (result: string) => checks.filter((one) => one.result !== result) };
};
const text = (policy: string, manner?: Manner): Promise<Said> => world.run(["doctor"], policy, manner);

describe("doctor", () => {
  it("passes where everything is well, and writes nothing anywhere", async () => {
    const { code, checks, not } = await doctor(PROJECT);
    expect(not("pass")).toEqual([]);
    expect(code).toBe(0);
    expect(checks.map(({ check }) => check)).toEqual([
      "url",
      "tls",
      "version",
      "clock",
      "token-valid",
      "token-scope",
      "token-expiry",
      "role",
      "policy",
      "aws-identity",
      "aws-rights",
      "secret-names",
      "schedule",
    ]);
    expect(world.gitlab.log.every(({ method }) => method === "GET")).toBe(true);
    const reads = ["ListSecrets", "DescribeSecret", "ListSecretVersionIds"];
    expect(world.aws.log.map(({ operation }) => operation).filter((one) => !reads.includes(one))).toEqual([]);
  });

  it("tells a group's Maintainer, who may list, that they may not create", async () => {
    const { code, of } = await doctor(GROUP, as({ roles: { platform: 40 } }));
    expect(code).toBe(1);
    expect(of("role")).toMatchObject([{ result: "fail", fix: expect.stringContaining("Owner") }]);
  });

  it("names a Developer's role", async () => {
    const { of } = await doctor(PROJECT, as({ roles: { platform: 30 } }));
    expect(of("role")[0]?.message).toContain("project platform/api: our role is Developer");
  });

  it("shows failures singly up to ten, their advice once, and passes as a sum", async () => {
    for (let count = 0; count < 12; count += 1) world.gitlab.world.addProject({ path: `platform/p${count}` });
    world.gitlab.world.addProject({ path: "open/api" });
    const policy = `${HEAD}groups:
  - { path: platform, projects: { tokens: [{ match: "*" }] } }
projects: [{ path: open/api, ${TOKENS} }]
`;
    const { stdout } = await text(policy, as({ roles: { platform: 30, open: 40 } }));
    expect(stdout.match(/FAIL {2}role/g)).toHaveLength(10);
    expect(stdout.match(/-> Give the access token's user the role Maintainer/g)).toHaveLength(1);
    expect(stdout).toContain("3 more of role fail; --json lists them all");
    expect(stdout).toContain("deploy tokens of 1 project");
  });

  it("does not judge names and globs that it could not see", async () => {
    const { of } = await doctor(PROJECT, as({ roles: { platform: 30 } }));
    expect(of("secret-names")[0]?.message).toBe("Not tried: it needs what `role` did not find.");
    expect(of("policy")).toMatchObject([{ result: "warn", fix: expect.stringContaining("`role`") }]);
  });

  it("finds an administrator fit who is no member", async () => {
    const { code, of } = await doctor(GROUP, as({ admin: true }));
    expect([code, of("role")[0]?.message]).toEqual([0, expect.stringContaining("as an administrator")]);
  });

  it("looks at AWS and the schedule though GitLab's token is missing, refused or expired", async () => {
    for (const GITLAB_TOKEN of ["", "glpat-unknown"]) {
      const { code, of } = await doctor(PROJECT, { env: { GITLAB_TOKEN } });
      expect(code).toBe(1);
      expect(
        [of("url"), of("token-valid"), of("aws-rights"), of("role")].map(([one]) => one?.result),
      ).toEqual(["pass", "fail", "pass", "warn"]);
    }
  });

  it("looks at GitLab though AWS refuses everything", async () => {
    world.aws.faults.push({ before: { error: "AccessDeniedException", message: "no" } });
    const { code, of } = await doctor(PROJECT);
    expect(code).toBe(1);
    expect(of("aws-rights").map(({ result }) => result)).toEqual(["warn", "fail", "fail", "pass"]);
    expect(of("role")[0]?.result).toBe("pass");
  });

  it("does not ask about single rights where AWS does not know us", async () => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", undefined);
    const { code, of } = await doctor(PROJECT);
    expect([code, of("aws-identity")[0]?.result]).toEqual([1, "fail"]);
    expect(of("aws-rights")).toMatchObject([
      { result: "warn", message: expect.stringContaining("Not tried") },
    ]);
    expect(of("role")[0]?.result).toBe("pass");
  });

  it("sends the access token nowhere but to GitLab", async () => {
    const seen: string[] = [];
    const url = await serve(200, "<html>", { "content-type": "text/html" });
    servers.at(-1)?.on("request", (request) => seen.push(JSON.stringify(request.headers)));
    const { of } = await doctor(PROJECT, { env: { GITLAB_BASE_URL: url } });
    expect(of("url")[0]).toMatchObject({ result: "fail", fix: expect.stringContaining("relative root") });
    expect(of("token-valid")[0]?.message).toContain("Not tried");
    expect(seen).toHaveLength(1);
    expect(seen.join()).not.toContain("glpat-");
  });

  it("says where a redirect leads", async () => {
    const url = await serve(301, "", { location: "https://git.example.com/api/v4/metadata" });
    const { of } = await doctor(PROJECT, { env: { GITLAB_BASE_URL: url } });
    expect(of("url")[0]?.fix).toContain("https://git.example.com");
  });

  it("warns of a glob that takes up no token, with its place", async () => {
    const { code, of } = await doctor(
      `${HEAD}projects: [{ path: platform/api, tokens: [{ match: "ci-*" }] }]\n`,
    );
    expect(code).toBe(0);
    expect(of("policy")[0]).toMatchObject({
      result: "warn",
      message: expect.stringMatching(/rotation\.yaml:5:\d+: match "ci-\*" takes up no token/),
    });
  });

  it("finds a secret of somebody else's, and names that meet", async () => {
    world.aws.world.createSecret({ name: "gitlab/project/platform/api/pull", value: "by hand" });
    world.aws.world.scheduleDeletion("gitlab/project/platform/api/pull");
    world.gitlab.world.addProject({ path: "platform/web" });
    const policy = `${HEAD}projects:
  - { path: platform/api, ${TOKENS} }
  - { path: platform/web, tokens: [{ name: a, scopes: [read_registry], secret: "x/{id}/b" }, { name: b, scopes: [read_registry], secret: "x/2/{name}" }] }
`;
    const { of } = await doctor(policy);
    const messages = of("secret-names")
      .map(({ message }) => message)
      .join("\n");
    expect(messages).toContain("2 tokens come to the secret x/2/b");
    expect(messages).toContain("scheduled for deletion");
  });

  it("looks at the file store's folder without making it", async () => {
    const policy = PROJECT.replace(
      "{ type: aws-secrets-manager, region: us-east-1 }",
      "{ type: file, path: ./secrets }",
    );
    const folder = join(world.folder, "home", "secrets");
    const { of } = await doctor(policy);
    expect(of("store")[0]).toMatchObject({ result: "pass", message: expect.stringContaining("can be made") });
    expect(existsSync(folder)).toBe(false);
    mkdirSync(folder);
    chmodSync(folder, 0o755);
    expect((await doctor(policy)).of("store")[0]).toMatchObject({
      result: "fail",
      message: expect.stringContaining("chmod 700"),
    });
  });

  it("shows names of others harmlessly, coloured on a terminal only", async () => {
    world.gitlab.world.addDeployToken(
      { kind: "project", path: "platform/api" },
      { name: "x\u001b[31m\u202e", scopes: [] },
    );
    const policy = `${HEAD}projects: [{ path: platform/api, tokens: [{ match: "*" }] }]\n`;
    const plain = await text(policy);
    expect(plain.code).toBe(1);
    expect(plain.stdout).not.toContain("\u001b");
    expect(plain.stdout).toContain("\\u001b[31m");
    const coloured = await text(policy, { terminal: true });
    expect(coloured.stdout).toContain("\u001b[31mFAIL");
    expect((await text(policy, { terminal: true, env: { NO_COLOR: "1" } })).stdout).not.toContain("\u001b");
  });
});
