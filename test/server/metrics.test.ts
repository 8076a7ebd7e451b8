import { describe, expect, it } from "vitest";
import { DAY } from "../../src/model/duration.ts";
import type { Overview } from "../../src/model/overview.ts";
import { summariseStates } from "../../src/report/status.ts";
import { createMetrics } from "../../src/server/metrics.ts";
import {
  aLineageStatus,
  anEmptyOverview,
  aPassRecord,
  aSampleOverview,
  later,
  NOW,
} from "../support/overview/sample.ts";
import { lintMetrics } from "../support/prometheus/lint.ts";
import { type Family, parseMetrics } from "../support/prometheus/parse.ts";

const PREFIX = "deploy_token_rotator_";

const overviewOf = (...lineages: readonly Parameters<typeof aLineageStatus>[0][]): Overview => {
  const overview = aSampleOverview({ lineages: 0 });
  const all = lineages.map(aLineageStatus);
  return { ...overview, status: { ...overview.status!, lineages: all, summary: summariseStates(all) } };
};

const read = async (overview: Overview, metrics = createMetrics()): Promise<readonly Family[]> =>
  parseMetrics(await metrics.render(overview));

/** `{label="value"}` and the value of every sample of a metric of ours. */
const samples = (families: readonly Family[], name: string): (readonly [Record<string, string>, number])[] =>
  (families.find((family) => family.name === `${PREFIX}${name}`)?.samples ?? []).map(
    ({ labels, value }) => [Object.fromEntries(labels), value] as const,
  );

const busyMetrics = () => {
  const metrics = createMetrics();
  const overview = aSampleOverview({ lineages: 60, trouble: true });
  for (const pass of overview.passes) metrics.passFinished(pass);
  metrics.request({ system: "gitlab", route: "GET /projects/{id}", status: 200, seconds: 0.2 });
  metrics.request({ system: "aws", route: "DescribeSecret", status: undefined, seconds: 10 });
  metrics.rateLimitWait(12.5);
  return { metrics, overview };
};

describe("what /metrics says", () => {
  it.each([
    ["before the first pass", anEmptyOverview()],
    ["of a good state", aSampleOverview({ lineages: 30 })],
    ["of a bad state", aSampleOverview({ lineages: 30, trouble: true })],
  ])("%s is as Prometheus wants it", async (_, overview) => {
    const { metrics } = busyMetrics();
    const families = await read(overview, metrics);
    expect(lintMetrics(families)).toEqual([]);
    expect(families.filter(({ name }) => name.startsWith(PREFIX)).length).toBeGreaterThan(15);
  });

  it("gives each lineage's times and readiness", async () => {
    const families = await read(
      overviewOf(
        {},
        { path: "b", state: "failing" },
        { path: "c", state: "conflict", renewsAt: undefined },
        { path: "d", expiresAt: later(-30 * DAY) },
        { path: "e", token: null, state: "failing", expiresAt: undefined, renewsAt: undefined },
      ),
    );
    const labels = { kind: "project", path: "platform/api", token: "registry-pull" };
    expect(samples(families, "token_expiry_timestamp_seconds")[0]).toEqual([
      labels,
      later(62 * DAY).getTime() / 1000,
    ]);
    expect(samples(families, "token_renewal_timestamp_seconds").map(([{ path }]) => path)).toEqual([
      "platform/api",
      "b",
      "d",
    ]);
    expect(samples(families, "token_ready").map(([{ path }, value]) => [path, value])).toEqual([
      ["platform/api", 1],
      ["b", 0],
      ["c", 0],
      ["d", 0],
      ["e", 0],
    ]);
    expect(samples(families, "lineages")).toContainEqual([{ state: "failing" }, 2]);
  });

  it("escapes what names hold", async () => {
    const path = 'a"b\\c\nd\\n{}=,';
    const families = await read(overviewOf({ path, token: "\ud800" }));
    expect(samples(families, "token_ready")[0]?.[0]).toEqual({ kind: "project", path, token: "\ufffd" });
  });

  it("forgets a lineage that is gone", async () => {
    const metrics = createMetrics();
    await read(overviewOf({ path: "old" }), metrics);
    const families = await read(overviewOf({ path: "new" }), metrics);
    expect(samples(families, "token_ready").map(([{ path }]) => path)).toEqual(["new"]);
  });

  it("renders the lineages once for each status, and what is counted anew", async () => {
    let renderings = 0;
    const counted = (path: string): Overview => {
      const overview = overviewOf({ path });
      const status = {
        ...overview.status!,
        get lineages() {
          renderings += 1;
          return overview.status!.lineages;
        },
      };
      return { ...overview, status };
    };
    const metrics = createMetrics();
    const overview = counted("one");
    const [first, second] = await Promise.all([read(overview, metrics), read(overview, metrics)]);
    metrics.rateLimitWait(3);
    const third = await read({ ...overview, running: undefined }, metrics);
    expect(renderings).toBe(1);
    expect(samples(second, "token_ready")).toEqual(samples(first, "token_ready"));
    expect(samples(third, "token_ready")).toEqual(samples(first, "token_ready"));
    expect(samples(third, "rate_limit_wait_seconds_total")).toEqual([[{}, 3]]);
    const next = await read(counted("two"), metrics);
    expect(samples(next, "token_ready").map(([{ path }]) => path)).toEqual(["two"]);
    expect(renderings).toBe(2);
  });

  it("keeps to 5,000 lineages and says how many it left out", async () => {
    const overview = aSampleOverview({ lineages: 5_003, trouble: true });
    const families = await read(overview);
    expect(samples(families, "token_ready")).toHaveLength(5_000);
    expect(samples(families, "lineages_omitted")).toEqual([[{}, 3]]);
    const left = overview.status!.lineages.slice(5_000).map(({ path }) => path);
    expect(samples(families, "token_ready").some(([{ path }]) => left.includes(path!))).toBe(false);
  });

  it("counts what waits, and strays among it", async () => {
    const wait = { tokenId: 1, until: later(DAY), message: "" };
    const error = { code: "ERR_STRAY_TOKEN" as const, message: "" };
    const families = await read(
      overviewOf(
        { waiting: [wait, { ...wait, tokenId: 2, stray: true }] },
        { path: "b", state: "failing", error },
      ),
    );
    expect(samples(families, "tokens_awaiting_deletion")).toEqual([[{}, 2]]);
    expect(samples(families, "stray_tokens")).toEqual([[{}, 2]]);
  });

  it("counts passes, their actions, requests and waits", async () => {
    const { metrics, overview } = busyMetrics();
    const families = await read(overview, metrics);
    expect(samples(families, "passes_total")).toEqual([
      [{ result: "done" }, 2],
      [{ result: "failed" }, 1],
      [{ result: "broken" }, 1],
    ]);
    expect(samples(families, "actions_total")).toContainEqual([
      { action: "rotate", reason: "Renewing", result: "failed" },
      5,
    ]);
    expect(samples(families, "rate_limit_wait_seconds_total")).toEqual([[{}, 12.5]]);
    const counts = families
      .find(({ name }) => name === `${PREFIX}request_duration_seconds`)!
      .samples.filter(({ name }) => name.endsWith("_count"));
    expect(counts.map(({ labels }) => Object.fromEntries(labels))).toEqual([
      { system: "gitlab", route: "GET /projects/{id}", status: "200" },
      { system: "aws", route: "DescribeSecret", status: "none" },
    ]);
  });

  it("shows no time where there is none, rather than 1970", async () => {
    const metrics = createMetrics();
    const empty = await read(anEmptyOverview(), metrics);
    for (const name of ["last_pass", "last_success", "next_pass", "access_token_expiry"])
      expect(samples(empty, `${name}_timestamp_seconds`)).toEqual([]);
    const full = await read(aSampleOverview({ lineages: 1 }), metrics);
    expect(samples(full, "access_token_expiry_timestamp_seconds")).toEqual([
      [{}, later(200 * DAY).getTime() / 1000],
    ]);
    expect(samples(full, "last_success_timestamp_seconds")).toHaveLength(1);
  });

  it("remembers the last success when the overview has forgotten it", async () => {
    const metrics = createMetrics();
    const overview = overviewOf({});
    const good = aPassRecord({ finishedAt: NOW });
    const bad = aPassRecord({ finishedAt: later(DAY), error: "ERR_X: y" });
    await read({ ...overview, passes: [good] }, metrics);
    const families = await read({ ...overview, passes: [bad] }, metrics);
    expect(samples(families, "last_success_timestamp_seconds")).toEqual([[{}, NOW.getTime() / 1000]]);
    expect(samples(families, "last_pass_timestamp_seconds")).toEqual([[{}, later(DAY).getTime() / 1000]]);
  });

  it("bears times that go backwards", () => {
    const metrics = createMetrics();
    metrics.request({ system: "aws", route: "x", status: 200, seconds: -3 });
    metrics.rateLimitWait(-1);
    metrics.passFinished(aPassRecord({ startedAt: later(DAY), finishedAt: NOW }));
  });
});

describe("the linter of these tests", () => {
  const lint = (text: string): readonly string[] => lintMetrics(parseMetrics(text));

  it.each([
    ["no help", "# TYPE a gauge\na 1\n", /no help/],
    ["no type", "# HELP a b\na 1\n", /no type/],
    ["a counter without _total", "# HELP a b\n# TYPE a counter\na 1\n", /_total/],
    ["a gauge with _total", "# HELP a_total b\n# TYPE a_total gauge\na_total 1\n", /only a counter/],
    ["milliseconds", "# HELP a_milliseconds b\n# TYPE a_milliseconds gauge\na_milliseconds 1\n", /seconds/],
    ["an abbreviation", "# HELP a_ms b\n# TYPE a_ms gauge\na_ms 1\n", /abbreviation/],
    ["a series twice", '# HELP a b\n# TYPE a gauge\na{x="1"} 1\na{x="1"} 2\n', /twice/],
    ["camelCase", "# HELP aB b\n# TYPE aB gauge\naB 1\n", /camelCase/],
    [
      "a histogram without +Inf",
      '# HELP a b\n# TYPE a histogram\na_bucket{le="1"} 1\na_sum 1\na_count 1\n',
      /Inf/,
    ],
  ])("finds %s", (_, text, problem) => {
    expect(lint(text).join("\n")).toMatch(problem);
  });

  it.each([
    ["a quote that is not escaped", 'a{x="1"2"} 1\n'],
    ["a line break in a label", 'a{x="1\n2"} 1\n'],
    ["a backslash that escapes nothing", 'a{x="\\d"} 1\n'],
    ["no value", 'a{x="1"}\n'],
    ["no end of line", "a 1"],
  ])("does not parse %s", (_, text) => {
    expect(() => parseMetrics(text)).toThrow();
  });
});
