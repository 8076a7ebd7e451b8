import { describe, expect, test } from "vitest";
import { DAY } from "../../src/model/duration.ts";
import {
  applyJson,
  jsonText,
  type PassDocument,
  passJsonPieces,
  planJson,
  validateJson,
} from "../../src/report/json.ts";
import { aLineage, anAction, aReport, later } from "./example.ts";

const failed = anAction({
  action: "report",
  reason: "TargetFailed",
  message: "not resolved",
  result: "failed",
  error: { code: "ERR_GITLAB_NOT_FOUND", message: "project 7: GitLab has none" },
});

const printed = (document: PassDocument): string => [...passJsonPieces(document)].join("");

describe("the JSON of a pass", () => {
  test("is the document that scripts rely on, with every key in its place", () => {
    const lineage = aLineage({
      actions: [anAction({ result: "done", newTokenId: 4805, renewsAt: later(60 * DAY) })],
      waiting: [
        { tokenId: 4600, until: later(DAY), message: "superseded" },
        { tokenId: 4601, until: undefined, message: "never expires" },
      ],
    });
    const text = printed(applyJson(aReport([lineage], { warnings: ["w"] })));
    expect(JSON.stringify(JSON.parse(text))).toBe(
      '{"version":1,"startedAt":"2026-11-23T03:00:00.000Z","finishedAt":"2026-11-23T03:00:01.500Z",' +
        '"lineages":[{"kind":"project","targetId":42,"path":"platform/api","token":"registry-pull","secret":"prod/api/registry-pull",' +
        '"actions":[{"action":"rotate","reason":"Renewing","message":"expires within renew_before (30d)","tokenId":4711,"newTokenId":4805,' +
        '"expiresAt":"2026-12-13T03:00:00.000Z","renewsAt":"2027-01-22T03:00:00.000Z","result":"done"}],' +
        '"waiting":[{"tokenId":4600,"until":"2026-11-24T03:00:00.000Z","message":"superseded"},{"tokenId":4601,"until":null,"message":"never expires"}]}],' +
        '"summary":{"lineages":1,"create":0,"rotate":1,"delete":0,"keep":0,"report":0,"failed":0},"warnings":["w"]}',
    );
  });

  test.each([
    ["plan", planJson],
    ["apply", applyJson],
  ])("of %s shows a target that could not be resolved as one entry without a token", (_, json) => {
    const lineage = aLineage({ targetId: undefined, token: null, secret: null, actions: [failed] });
    expect(JSON.parse(printed(json(aReport([lineage])))).lineages[0]).toMatchObject({
      targetId: null,
      token: null,
      secret: null,
      actions: [
        { result: "failed", error: { code: "ERR_GITLAB_NOT_FOUND", message: "project 7: GitLab has none" } },
      ],
    });
  });

  test("of a plan has no other results", () => {
    const lineage = aLineage({ actions: [anAction({ result: "done" })] });
    expect(JSON.parse(printed(planJson(aReport([lineage])))).lineages[0].actions[0]).not.toHaveProperty(
      "result",
    );
  });

  test.each([0, 1, 3])("is printed as if %d lineages were at hand at once", (count) => {
    const lineages = Array.from({ length: count }, (_, index) => aLineage({ path: `p/\u202e"${index}` }));
    const document = applyJson(aReport(lineages, { warnings: ['"lineages": []'] }));
    expect(printed(document)).toBe(jsonText({ ...document, lineages: [...document.lineages] }));
  });

  test("holds no more of an action than the document promises", () => {
    const action = { ...anAction({ keptFromRotating: true }), value: "gldt-secret" };
    const error = { code: "ERR_INTERNAL", message: "m", stack: "at /home" } as const;
    const text = printed(applyJson(aReport([aLineage({ actions: [{ ...action, error }] })])));
    expect(text).not.toMatch(/gldt-secret|keptFromRotating|stack/);
  });
});

test("the JSON of validate holds issues and warnings with their places", () => {
  const issue = { file: "rotation.yaml", line: 3, column: 5, path: "projects[0]", message: "found x" };
  expect(validateJson({ valid: false, issues: [issue], warnings: [issue] })).toEqual({
    version: 1,
    valid: false,
    issues: [issue],
    warnings: [issue],
  });
});

test("the printed JSON shows hidden characters without changing what it means", () => {
  const document = { name: "a\u009b\u202e\u{e0041}" };
  const text = jsonText(document);
  expect(text).toBe('{\n  "name": "a\\u009b\\u202e\\udb40\\udc41"\n}');
  expect(JSON.parse(text)).toEqual(document);
});
