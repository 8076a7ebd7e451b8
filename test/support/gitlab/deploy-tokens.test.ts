import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import { type Ask, asking } from "./ask.ts";
import { type GitLabSimulator, startGitLab } from "./simulator.ts";

const NOW = new Date("2026-11-24T09:30:00Z");
const LIST = "GET /api/v4/projects/1/deploy_tokens";
const CREATE = "POST /api/v4/projects/1/deploy_tokens";
const GOOD = { name: "registry-pull", scopes: ["read_registry"] };

let gitlab: GitLabSimulator;
let ask: Ask;

beforeEach(async () => {
  gitlab = await startGitLab({ clock: { now: () => NOW } });
  gitlab.world.addProject({ path: "platform/api" });
  gitlab.world.addProject({ path: "platform/web" });
  ask = asking(gitlab, gitlab.world.addPersonalAccessToken().token);
});

afterEach(() => gitlab.close());

describe("creating a deploy token", () => {
  it("answers 201 with the value, which no other answer shows", async () => {
    const body = { ...GOOD, username: "puller", expires_at: "2027-02-21T02:55:47Z" };
    const created = await ask(CREATE, { body });
    expect(created.status).toBe(201);
    expect(created.json).toEqual({
      id: 1,
      name: "registry-pull",
      username: "puller",
      expires_at: "2027-02-21T02:55:47.000Z",
      scopes: ["read_registry"],
      revoked: false,
      expired: false,
      token: expect.stringMatching(/^gldt-[A-Za-z0-9_-]{20}$/),
    });
    const { token, ...rest } = created.json;
    expect((await ask(`${LIST}/1`)).json).toEqual(rest);
    expect((await ask(LIST)).json).toEqual([rest]);
    expect(gitlab.issuedSecrets()).toContain(token);
  });

  it("shares its ids between projects and groups", async () => {
    const ids = [];
    for (const target of ["projects/1", "groups/1", "projects/2"]) {
      ids.push((await ask(`POST /api/v4/${target}/deploy_tokens`, { body: GOOD })).json.id);
    }
    expect(ids).toEqual([1, 2, 3]);
  });

  it("names the user after the id when no username, or an empty one, is given", async () => {
    expect((await ask(CREATE, { body: GOOD })).json.username).toBe("gitlab+deploy-token-1");
    const empty = { ...GOOD, username: "" };
    expect((await ask(CREATE, { body: empty })).json.username).toBe("gitlab+deploy-token-2");
  });

  it("lets two tokens share a name and a username", async () => {
    const body = { ...GOOD, username: "shared" };
    expect((await ask(CREATE, { body })).status).toBe(201);
    expect((await ask(CREATE, { body })).status).toBe(201);
  });

  it("answers scopes in GitLab's order, whatever was asked for", async () => {
    const scopes = ["write_virtual_registry", "read_registry", "read_repository", "read_registry"];
    const body = { name: "n", scopes };
    expect((await ask(CREATE, { body })).json.scopes).toEqual([
      "read_repository",
      "read_registry",
      "write_virtual_registry",
    ]);
  });

  test.each([
    ["2021-01-01", "2021-01-01T00:00:00.000Z"],
    ["2027-01-01T12:00:00+02:00", "2027-01-01T10:00:00.000Z"],
    ["2027-01-01T12:00:00.5Z", "2027-01-01T12:00:00.500Z"],
    ["3000-01-01T00:00:00Z", null],
    ["", null],
    [null, null],
  ])("takes expires_at %j as %j, also when it is past", async (sent, answered) => {
    const body = { ...GOOD, expires_at: sent };
    const { status, json } = await ask(CREATE, { body });
    expect([status, json.expires_at]).toEqual([201, answered]);
  });

  it("takes a form with comma-separated scopes", async () => {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const body = "name=form&scopes=read_registry,read_repository";
    expect((await ask(CREATE, { body, headers })).json.scopes).toEqual(["read_repository", "read_registry"]);
    const array = "name=form&scopes[]=read_registry&scopes[]=write_registry";
    expect((await ask(CREATE, { body: array, headers })).json.scopes).toEqual([
      "read_registry",
      "write_registry",
    ]);
  });

  const long = "x".repeat(256);
  test.each([
    [{ scopes: ["read_registry"] }, { error: "name is missing" }],
    [{ name: "n" }, { error: "scopes is missing" }],
    [{}, { error: "name is missing, scopes is missing" }],
    [{ name: "n", scopes: ["read_registry", "admin"] }, { error: "scopes does not have a valid value" }],
    [{ ...GOOD, expires_at: "soon" }, { error: "expires_at is invalid" }],
    [{ ...GOOD, expires_at: "2027-02-30" }, { error: "expires_at is invalid" }],
    [{ name: "n", scopes: [] }, { message: "Scopes can't be blank" }],
    [{ name: "n", scopes: "" }, { message: "Scopes can't be blank" }],
    [{ ...GOOD, name: long }, { message: "Name is too long (maximum is 255 characters)" }],
    [
      { ...GOOD, username: "a b" },
      { message: "Username can contain only letters, digits, '_', '-', '+', and '.'" },
    ],
    [
      { name: long, username: long, scopes: [] },
      {
        message:
          "Scopes can't be blank, Name is too long (maximum is 255 characters), and Username is too long (maximum is 255 characters)",
      },
    ],
  ])("refuses %j with 400 and GitLab's words", async (body, answer) => {
    const { status, json } = await ask(CREATE, { body });
    expect([status, json]).toEqual([400, answer]);
    expect(gitlab.world.createdHistory).toEqual([]);
  });

  it("answers a name of null with 500, as the column is NOT NULL", async () => {
    expect((await ask(CREATE, { body: { ...GOOD, name: null } })).status).toBe(500);
  });

  it("refuses a body that is not what it says", async () => {
    expect((await ask(CREATE, { body: "{" })).json).toEqual({
      error: "message body does not match declared format",
    });
    const headers = { "content-type": "text/yaml" };
    expect((await ask(CREATE, { body: "name: n", headers })).status).toBe(415);
  });
});

describe("deleting a deploy token", () => {
  it("answers 204 without a body or a type, then 404 with a lower-case f", async () => {
    await ask(CREATE, { body: GOOD });
    const first = await ask("DELETE /api/v4/projects/1/deploy_tokens/1");
    expect([first.status, first.text, first.headers.get("content-type")]).toEqual([204, "", null]);
    const second = await ask("DELETE /api/v4/projects/1/deploy_tokens/1");
    expect([second.status, second.json]).toEqual([404, { message: "404 Not found" }]);
  });

  it("never gives an id out again", async () => {
    await ask(CREATE, { body: GOOD });
    await ask("DELETE /api/v4/projects/1/deploy_tokens/1");
    expect((await ask(CREATE, { body: GOOD })).json.id).toBe(2);
  });

  it("writes down who did it", async () => {
    const target = { kind: "project", path: "platform/api" } as const;
    const byHand = gitlab.world.addDeployToken(target, GOOD);
    await ask(`DELETE /api/v4/projects/1/deploy_tokens/${byHand.id}`);
    gitlab.world.deleteDeployToken((await ask(CREATE, { body: GOOD })).json.id);
    expect(gitlab.world.createdHistory.map(({ id, by }) => [id, by])).toEqual([
      [1, "person"],
      [2, "api"],
    ]);
    expect(gitlab.world.deletionHistory.map(({ id, by }) => [id, by])).toEqual([
      [1, "api"],
      [2, "person"],
    ]);
  });
});

describe("the three meanings of 404", () => {
  test.each([
    [`${LIST}/1`, { message: "404 Not found" }],
    ["GET /api/v4/projects/99/deploy_tokens", { message: "404 Project Not Found" }],
    ["GET /api/v4/projects/platform/deploy_tokens", { message: "404 Project Not Found" }],
    ["GET /api/v4/groups/none/deploy_tokens", { message: "404 Group Not Found" }],
    ["GET /api/v4/projects/platform/api/deploy_tokens", { error: "404 Not Found" }],
    ["GET /api/v4/nonsense", { error: "404 Not Found" }],
  ])("answers %s with %j", async (request, answer) => {
    const { status, json } = await ask(request);
    expect([status, json]).toEqual([404, answer]);
  });

  it("keeps the tokens of projects and groups apart", async () => {
    await ask("POST /api/v4/groups/1/deploy_tokens", { body: GOOD });
    await ask("POST /api/v4/projects/2/deploy_tokens", { body: GOOD });
    for (const id of [1, 2]) {
      expect((await ask(`${LIST}/${id}`)).json).toEqual({ message: "404 Not found" });
      expect((await ask(`DELETE /api/v4/projects/1/deploy_tokens/${id}`)).status).toBe(404);
    }
    expect((await ask(LIST)).json).toEqual([]);
  });

  it("answers an id that is no integer with 400, and an unknown method with 405", async () => {
    expect((await ask(`${LIST}/first`)).json).toEqual({ error: "token_id is invalid" });
    expect((await ask("PUT /api/v4/projects/1/deploy_tokens/1")).status).toBe(405);
  });
});
