import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import { type Ask, asking } from "./ask.ts";
import { type GitLabSimulator, type GitLabSimulatorOptions, startGitLab } from "./simulator.ts";

const CREATE = "POST /api/v4/projects/1/deploy_tokens";
const ROUTE = "/api/v4/projects/:id/deploy_tokens";
const body = { name: "n", scopes: ["read_registry"] };

let now: Date;
let gitlab: GitLabSimulator;
let ask: Ask;

const start = async (options: GitLabSimulatorOptions = {}): Promise<void> => {
  now = new Date("2026-11-24T09:30:20Z");
  gitlab = await startGitLab({ clock: { now: () => now }, ...options });
  gitlab.world.addProject({ path: "platform/api" });
  ask = asking(gitlab, gitlab.world.addPersonalAccessToken().token);
};

const restart = async (options: GitLabSimulatorOptions): Promise<void> => {
  await gitlab.close();
  await start(options);
};

const created = (): number => gitlab.world.createdHistory.length;
const outcome = (request: string): Promise<number | string> =>
  ask(request, request === CREATE ? { body } : {}).then(
    ({ status }) => status,
    (error: unknown) => (error instanceof Error ? error.name : "?"),
  );

beforeEach(() => start());
afterEach(() => gitlab.close());

describe("a fault before the commit", () => {
  test.each([
    ["reset", "TypeError", undefined],
    ["429-plain", 429, 429],
    ["429-plain-without-retry-after", 429, 429],
    ["429-json", 429, 429],
    ["429-generic", 429, 429],
    [{ respond: { status: 503 } }, 503, 503],
  ] as const)("%j creates nothing", async (before, seen, logged) => {
    gitlab.faults.add({ match: { method: "POST", route: ROUTE }, before });
    expect(await outcome(CREATE)).toBe(seen);
    expect([created(), gitlab.log.at(-1)?.status]).toEqual([0, logged]);
    expect(await outcome(CREATE)).toBe(201);
  });

  it("`hang` never answers, and does not keep the simulator from closing", async () => {
    gitlab.faults.add({ before: "hang" });
    const asked = outcome(CREATE);
    await expect.poll(() => gitlab.log.length).toBe(1);
    await gitlab.close();
    expect(await asked).toBe("TypeError");
    expect([created(), gitlab.log[0]?.status]).toEqual([0, undefined]);
  });
});

describe("a fault after the commit", () => {
  test.each([
    ["reset", "TypeError", undefined],
    ["truncate", "TypeError", 201],
    [{ respond: { status: 502, body: "<html>" } }, 502, 502],
  ] as const)("%j creates the token and loses the answer", async (after, seen, logged) => {
    gitlab.faults.add({ match: { method: "POST" }, after });
    expect(await outcome(CREATE)).toBe(seen);
    expect([created(), gitlab.log.at(-1)?.status]).toEqual([1, logged]);
    expect(gitlab.issuedSecrets()).toHaveLength(2);
  });

  it("`hang` has committed", async () => {
    gitlab.faults.add({ after: "hang" });
    const asked = outcome(CREATE);
    await expect.poll(created).toBe(1);
    await gitlab.close();
    expect(await asked).toBe("TypeError");
  });

  it("may wait for the status that would have been answered", async () => {
    gitlab.faults.add({ match: { status: 204 }, after: "reset" });
    expect(await outcome(CREATE)).toBe(201);
    expect(await outcome("DELETE /api/v4/projects/1/deploy_tokens/1")).toBe("TypeError");
    expect(gitlab.world.deletionHistory).toHaveLength(1);
  });

  it("cannot wait for a status and act before it", () => {
    expect(() => gitlab.faults.add({ match: { status: 201 }, before: "reset" })).toThrow("only act `after`");
  });
});

describe("rules", () => {
  it("apply in order, each as often as it says, to what they match", async () => {
    gitlab.faults.add(
      { match: { route: /deploy_tokens$/ }, times: 2, respond: { status: 500 } },
      { match: { method: "GET", path: "/api/v4/metadata?x=1" }, respond: { status: 502 } },
      { match: { where: ({ headers }) => headers["x-mark"] === "1" }, respond: { status: 504 } },
    );
    const marked = (await ask("GET /api/v4/version", { headers: { "x-mark": "1" } })).status;
    const list = "GET /api/v4/projects/1/deploy_tokens";
    const seen = [];
    for (const request of ["GET /api/v4/metadata", "GET /api/v4/metadata?x=1", list, list, list]) {
      seen.push(await outcome(request));
    }
    expect([marked, ...seen]).toEqual([504, 200, 502, 500, 500, 200]);
    expect(gitlab.faults.pending).toEqual([]);
  });

  it("may go on for ever, until they are cleared", async () => {
    gitlab.faults.add({ times: Number.POSITIVE_INFINITY, respond: { status: 503 } });
    expect([await outcome("GET /api/v4/metadata"), await outcome("GET /api/v4/metadata")]).toEqual([
      503, 503,
    ]);
    gitlab.faults.clear();
    expect(await outcome("GET /api/v4/metadata")).toBe(200);
  });

  it("call back when a request arrives and when it is committed", async () => {
    const seen: string[] = [];
    gitlab.faults.add({
      onArrival: () => void seen.push(`arrived with ${created()}`),
      onCommitted: () => void seen.push(`committed with ${created()}`),
    });
    await outcome(CREATE);
    expect(seen).toEqual(["arrived with 0", "committed with 1"]);
  });
});

describe("the answer's clock", () => {
  const dated = async () => {
    const { headers } = await ask("GET /api/v4/metadata");
    return [headers.get("date"), headers.get("age")];
  };

  it("is the simulator's", async () => {
    expect(await dated()).toEqual(["Tue, 24 Nov 2026 09:30:20 GMT", null]);
  });

  it("may be off, missing, or as old as a cache", async () => {
    gitlab.faults.clockOffsetMs = -3_600_000;
    expect(await dated()).toEqual(["Tue, 24 Nov 2026 08:30:20 GMT", null]);
    gitlab.faults.ageSeconds = 20;
    expect(await dated()).toEqual(["Tue, 24 Nov 2026 08:30:00 GMT", "20"]);
    gitlab.faults.clear();
    gitlab.faults.noDate = true;
    expect(await dated()).toEqual([null, null]);
  });
});

describe("rate limits", () => {
  it("counts a caller's requests in windows aligned to the epoch", async () => {
    await restart({ rateLimit: { perMinute: 2 } });
    const first = await ask("GET /api/v4/metadata");
    expect([first.status, first.headers.get("ratelimit-remaining")]).toEqual([200, "1"]);
    await ask("GET /api/v4/metadata");
    const { status, text, headers } = await ask("GET /api/v4/metadata");
    expect([status, text, headers.get("content-type")]).toEqual([429, "Retry later\n", "text/plain"]);
    expect(headers.get("retry-after")).toBe("40");
    expect(headers.get("ratelimit-resettime")).toBe("Tue, 24 Nov 2026 09:31:00 GMT");
    expect(headers.get("ratelimit-name")).toBe("throttle_authenticated_api");
    expect((await asking(gitlab)("GET /api/v4/metadata")).status).toBe(401);
    const other = asking(gitlab, gitlab.world.addPersonalAccessToken().token);
    expect((await other("GET /api/v4/metadata")).status).toBe(200);
    now = new Date("2026-11-24T09:31:00Z");
    expect(await outcome("GET /api/v4/metadata")).toBe(200);
  });

  it("has four ways to say 429", async () => {
    const refusal = async (
      before: "429-plain" | "429-plain-without-retry-after" | "429-json" | "429-generic",
    ) => {
      gitlab.faults.add({ before });
      const { text, headers } = await ask("GET /api/v4/metadata");
      return [headers.get("content-type"), text, headers.get("retry-after")];
    };
    expect(await refusal("429-plain")).toEqual(["text/plain", "Retry later\n", "40"]);
    expect(await refusal("429-plain-without-retry-after")).toEqual(["text/plain", "Retry later\n", null]);
    const words = "This endpoint has been requested too many times. Try again later.";
    expect(await refusal("429-json")).toEqual([
      "application/json",
      JSON.stringify({ message: { error: words } }),
      null,
    ]);
    expect(await refusal("429-generic")).toEqual([
      "application/json",
      '{"message":"429 Too Many Requests"}',
      "60",
    ]);
  });
});
