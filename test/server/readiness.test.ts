import { describe, expect, it, test } from "vitest";
import { DAY, HOUR } from "../../src/model/duration.ts";
import type { RotatorErrorCode } from "../../src/model/errors.ts";
import type { Overview } from "../../src/model/overview.ts";
import { notReadyBecause } from "../../src/server/readiness.ts";
import { startPageServer } from "../support/overview/page-server.ts";
import {
  aLineageStatus,
  anEmptyOverview,
  aPassRecord,
  aSampleOverview,
  NOW,
} from "../support/overview/sample.ts";

const withErrors = (...codes: readonly (RotatorErrorCode | undefined)[]): Overview => {
  const overview = aSampleOverview({ lineages: 0 });
  const lineages = codes.map((code) =>
    aLineageStatus(code === undefined ? {} : { state: "failing", error: { code, message: "" } }),
  );
  return { ...overview, status: { ...overview.status!, lineages } };
};
const codes = (overview: Overview, now = NOW): string[] =>
  notReadyBecause(overview, now).map(({ code }) => code);

describe("not ready", () => {
  test.each<[string, Overview, readonly string[]]>([
    ["before the first pass has ended", anEmptyOverview(), ["NoPassYet"]],
    [
      "when the first pass broke",
      { ...anEmptyOverview(), passes: [aPassRecord({ error: "x" })] },
      ["PassFailed", "NoPassYet"],
    ],
    [
      "when the last pass broke",
      { ...withErrors(), passes: [aPassRecord({ error: "x" }), aPassRecord()] },
      ["PassFailed"],
    ],
    [
      "when GitLab let nothing through",
      withErrors("ERR_GITLAB_UNAVAILABLE", "ERR_GITLAB_UNAUTHORIZED"),
      ["GitLabUnavailable"],
    ],
    ["when the store let nothing through", withErrors("ERR_SECRET_CREDENTIALS"), ["StoreUnavailable"]],
    [
      "when both did",
      withErrors("ERR_SECRET_UNAVAILABLE", "ERR_GITLAB_UNAVAILABLE"),
      ["GitLabUnavailable", "StoreUnavailable"],
    ],
  ])("%s", (_, overview, expected) => {
    expect(codes(overview)).toEqual(expected);
  });
});

describe("ready", () => {
  test.each<[string, Overview]>([
    ["when all is well", aSampleOverview({ lineages: 5 })],
    ["with nothing to watch over", withErrors()],
    ["when one of many failed", withErrors("ERR_GITLAB_UNAVAILABLE", undefined)],
    ["when tokens fail for reasons of their own", withErrors("ERR_GITLAB_FORBIDDEN", "ERR_TOKEN_REJECTED")],
    ["when an earlier pass broke", { ...withErrors(), passes: [aPassRecord(), aPassRecord({ error: "x" })] }],
  ])("%s", (_, overview) => {
    expect(codes(overview)).toEqual([]);
  });

  test("until the last pass is older than twice the schedule, to the millisecond", () => {
    const overview = withErrors();
    const end = overview.status!.at.getTime() + 2 * DAY;
    expect(codes(overview, new Date(end))).toEqual([]);
    expect(codes(overview, new Date(end + 1))).toEqual(["PassStale"]);
  });
});

it("/readyz answers 503 with the reasons", async () => {
  const server = await startPageServer({ ...withErrors(), interval: HOUR, passes: [] });
  const response = await fetch(`${server.url}/readyz`);
  expect([response.status, await response.json()]).toEqual([
    503,
    {
      ready: false,
      reasons: [{ code: "PassStale", message: expect.stringContaining("2026-11-23 02:30 UTC") }],
    },
  ]);
  await server.close();
});
