import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createGitLab } from "../../src/gitlab/gitlab.ts";
import { grantedAccess } from "../../src/gitlab/verification/jwt.ts";
import type { DeployToken } from "../../src/model/deploy-token.ts";
import { milliseconds } from "../../src/model/duration.ts";
import { GitLabError, VerificationError } from "../../src/model/errors.ts";
import { Secret } from "../../src/model/secret.ts";
import { hastyClock } from "../gitlab/gitlab-clock.ts";
import { API, aRequest, PAT, PLATFORM, tokenJson } from "../gitlab/tiny-server.ts";
import { type AnsweringServer, answeringServer } from "./answering-server.ts";
import { oneValueReplaced, rubbish } from "./json-text.ts";
import { runs } from "./runs.ts";

const VALUE = "gldt-a-value-that-nobody-sees";
const project = {
  id: 42,
  path_with_namespace: "platform/api",
  visibility: "private",
  packages_enabled: true,
};
const open = (): void => {};

let server: AnsweringServer;
let gitlab: ReturnType<typeof createGitLab>;
beforeAll(async () => {
  server = await answeringServer();
  const short = milliseconds(2_000);
  gitlab = createGitLab({
    url: server.url,
    token: new Secret(PAT),
    clock: hastyClock(),
    requestsPerSecond: 1_000_000,
    concurrency: 8,
    timeouts: { connect: short, headers: short, body: short },
  });
});
afterAll(async () => {
  await gitlab.close();
  await server.close();
});

const headers = fc.record(
  {
    "content-type": fc.constantFrom(
      "application/json",
      "text/html",
      "application/x-git-upload-pack-advertisement",
    ),
    "content-encoding": fc.constantFrom("identity", "gzip", "br", "x"),
    "x-next-page": fc.constantFrom("", "0", "1", "2", "-1", "1e9", "999999999", "x", "9".repeat(200)),
    "x-total": fc.constantFrom("", "0", "1", "NaN", "Infinity", "1e1", "9".repeat(200)),
    location: fc.constantFrom(
      "/",
      "http://127.0.0.1:1/api/v4/projects/7",
      "/api/v4/projects/99999999999999999999",
    ),
    "retry-after": fc.constantFrom("0", "1e9", "-1", "Mon, 31 Feb 2026 10:00:00 GMT"),
    date: fc.constantFrom("Tue, 24 Nov 2026 03:00:00 GMT", "never", "Sat, 31 Dec 9999 23:59:59 GMT"),
    age: fc.constantFrom("0", "999999999", "-1", "x"),
  },
  { requiredKeys: [] },
);
const status = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(200, 201) },
  fc.constantFrom(202, 204, 206, 301, 304, 307, 400, 401, 403, 404, 409, 422, 429, 500, 503, 599),
);
const manner = fc.constantFrom(...(["whole", "whole", "whole", "whole", "cut", "raw"] as const));

const answering = <Good>(good: Good) =>
  fc.record({
    status,
    headers,
    manner,
    body: fc.oneof({ weight: 5, arbitrary: oneValueReplaced(good) }, rubbish),
  });

type Failure = GitLabError | VerificationError;

const settled = async <Result>(call: Promise<Result>): Promise<Result | Failure> => {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof GitLabError || error instanceof VerificationError)) throw error;
    expect(error.message.length).toBeLessThan(30_000);
    expect(error.message).not.toMatch(/glpat-0|gldt-a/);
    return error;
  }
};

const isFailure = (result: unknown): result is Failure =>
  result instanceof GitLabError || result instanceof VerificationError;

const wellFormed = (token: DeployToken): void => {
  expect(Number.isSafeInteger(token.id) && token.id > 0).toBe(true);
  expect([typeof token.name, typeof token.username]).toEqual(["string", "string"]);
  expect(token.name.length + token.username.length).toBeLessThan(3_000);
  for (const scope of token.scopes) expect(scope).toBeTypeOf("string");
  expect(token.revoked).toBeTypeOf("boolean");
  expect(token.expiresAt?.getTime()).not.toBeNaN();
  expect(token.expiresAt?.getUTCFullYear() ?? 0).toBeLessThan(10_000);
};

describe("whatever GitLab answers,", () => {
  test("a list of tokens is whole, or an error of ours", async () => {
    await fc.assert(
      fc.asyncProperty(answering([tokenJson, { ...tokenJson, id: 4712 }]), async (answer) => {
        server.answer = answer;
        const listing = await settled(gitlab.listTokens(API));
        if (isFailure(listing)) return;
        listing.tokens.forEach(wellFormed);
        expect(listing.clockSkew).not.toBeNaN();
        expect([answer.manner, answer.body.trimStart()[0]]).toEqual(["whole", "["]);
      }),
      runs(80),
    );
  });

  test("a created token is the one that a 201 shows with its value, or an error that does not repeat it", async () => {
    await fc.assert(
      fc.asyncProperty(answering({ ...tokenJson, token: VALUE }), async (answer) => {
        server.answer = answer;
        const created = await settled(gitlab.createToken(API, aRequest, open));
        if (isFailure(created)) return;
        expect(answer.status).toBe(201);
        wellFormed(created.token);
        expect(created.value.reveal()).toMatch(/./su);
      }),
      runs(80),
    );
  });

  test("a token is the one asked for, gone, or an error of ours", async () => {
    await fc.assert(
      fc.asyncProperty(answering(tokenJson), async (answer) => {
        server.answer = answer;
        const token = await settled(gitlab.getToken(API, 4711));
        if (token === undefined)
          expect([answer.status, answer.body]).toEqual([404, expect.stringContaining("Not found")]);
        else if (!isFailure(token)) expect(token.id).toBe(4711);
      }),
      runs(60),
    );
  });

  test("a token counts as deleted only after 204, or a 404 that says so", async () => {
    await fc.assert(
      fc.asyncProperty(answering({ message: "404 Not found" }), async (answer) => {
        server.answer = answer;
        if (isFailure(await settled(gitlab.deleteToken(API, 4711, open)))) return;
        expect([204, 404]).toContain(answer.status);
        if (answer.status === 404)
          expect(JSON.parse(answer.body)).toMatchObject({ message: "404 Not found" });
      }),
      runs(80),
    );
  });

  test("a target has an id and a path, or there is an error of ours", async () => {
    await fc.assert(
      fc.asyncProperty(answering(project), async (answer) => {
        server.answer = answer;
        const target = await settled(gitlab.resolve({ kind: "project", idOrPath: "platform/api" }));
        if (isFailure(target)) return;
        expect(Number.isSafeInteger(target.id)).toBe(true);
        expect(target.path).not.toBe("");
      }),
      runs(60),
    );
  });

  test("the projects of a group end, with an error of ours or without", async () => {
    await fc.assert(
      fc.asyncProperty(answering([project]), async (answer) => {
        server.answer = answer;
        const read = async (): Promise<void> => {
          for await (const { id } of gitlab.projectsBelow(PLATFORM)) expect(id).toBeGreaterThan(0);
        };
        await settled(read());
      }),
      runs(60),
    );
  });

  test("no new token counts as verified by an answer that holds neither git's words nor a registry's token", async () => {
    const token: DeployToken = {
      ...aRequest,
      id: 4711,
      revoked: false,
      scopes: ["read_registry", "read_repository"],
    };
    const credential = { username: "u", value: new Secret(VALUE) };
    await fc.assert(
      fc.asyncProperty(answering({ ...project, ...tokenJson, id: 42 }), async (answer) => {
        server.answer = answer;
        const verification = await settled(gitlab.verifyToken(API, token, credential));
        if (isFailure(verification)) return;
        expect(verification.verified).not.toContain("read_registry");
        if (verification.verified.includes("read_repository"))
          expect(answer.headers["content-type"]).toContain("git-upload-pack");
      }),
      runs(60),
    );
  });
});

const jwt = (claims: string): string =>
  JSON.stringify({ token: `e30.${Buffer.from(claims).toString("base64url")}.sig` });
const granted = { access: [{ type: "repository", name: "platform/api", actions: ["pull"] }] };

test("a registry's token grants what its claims say in the right types, and nothing otherwise", () => {
  const body = fc.oneof(
    oneValueReplaced(granted).map(jwt),
    rubbish.map(jwt),
    oneValueReplaced({ token: "e30.e30.x" }),
    rubbish,
  );
  fc.assert(
    fc.property(body, (text) => {
      for (const { type, name, actions } of grantedAccess(text) ?? [])
        expect([type, name, ...actions].every((each) => typeof each === "string")).toBe(true);
    }),
    runs(500),
  );
});

const page = (body: string) => ({ status: 200, headers: { "x-next-page": "" }, body });
const token = (fields: object) => JSON.stringify([{ ...tokenJson, ...fields }]);

test.each([
  ["a million numbers", `[${"1,".repeat(1_000_000)}1]`],
  ["a million brackets", `${"[".repeat(500_000)}${"]".repeat(500_000)}`],
  [
    "a million empty objects in a token's scopes",
    token({ scopes: [] }).replace("[]", `[${"{},".repeat(1_000_000)}{}]`),
  ],
  [
    "more tokens than a page holds",
    JSON.stringify(Array.from({ length: 1_001 }, (_, id) => ({ ...tokenJson, id: id + 1 }))),
  ],
  ["a name of a megabyte", token({ name: "x".repeat(1_000_000) })],
])("a list of %s is refused, not read", async (_, body) => {
  server.answer = page(body);
  await expect(gitlab.listTokens(API)).rejects.toMatchObject({ code: "ERR_GITLAB_RESPONSE_INVALID" });
});

test("a page with 200 deletes nothing", async () => {
  server.answer = { status: 200, body: "{}" };
  await expect(gitlab.deleteToken(API, 4711, open)).rejects.toMatchObject({ outcome: "unknown" });
});

test("a year past 9999 is the last second of 9999, whatever the zone", async () => {
  server.answer = page(token({ expires_at: "9999-12-31T23:59:59-23:59" }));
  const { tokens } = await gitlab.listTokens(API);
  expect(tokens[0]?.expiresAt?.toISOString()).toBe("9999-12-31T23:59:59.000Z");
});
