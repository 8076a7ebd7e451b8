import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { AUDIT_CODES } from "../../src/model/audit.ts";
import { AUDIT_ORDER } from "../../src/model/audit-rules.ts";
import { auditCodeQuality } from "../../src/report/audit-code-quality.ts";
import { fingerprint } from "../../src/report/audit-fingerprint.ts";
import { auditJson } from "../../src/report/audit-json.ts";
import { auditSarif } from "../../src/report/audit-sarif.ts";
import { aFinding, anAudit } from "./audit-example.ts";
import { SARIF_ESSENTIALS } from "./sarif-schema.ts";

const WHERE = { artifact: "deploy/rotation.yaml", instance: "gitlab.example.com" };
const isSarif = new Ajv().compile(SARIF_ESSENTIALS);

interface Sarif {
  readonly runs: readonly [
    {
      readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
      readonly results: readonly {
        readonly ruleId: string;
        readonly ruleIndex: number;
        readonly level: string;
        readonly message: { readonly text: string };
        readonly locations: readonly [
          { readonly physicalLocation: { readonly artifactLocation: { uri: string } } },
        ];
      }[];
    },
  ];
}
const sarif = (report = anAudit(), artifact = WHERE.artifact): Sarif =>
  auditSarif(report, { ...WHERE, artifact, version: "1.2.3" }) as Sarif;

describe("the SARIF of an audit", () => {
  test("is what SARIF 2.1.0 asks for, for every code, with and without a place", () => {
    const findings = AUDIT_CODES.flatMap((code) => [
      aFinding({ code }),
      aFinding({
        code,
        kind: undefined,
        path: undefined,
        targetId: undefined,
        tokenId: undefined,
        token: null,
      }),
    ]);
    const document = sarif(anAudit(findings, { warnings: ["project x could not be read"] }));
    isSarif(document);
    expect(isSarif.errors).toBeNull();
    const [run] = document.runs;
    for (const { ruleId, ruleIndex } of run.results)
      expect(run.tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
  });

  test.each<[string, (document: Sarif) => object]>([
    ["a level of our own", ({ runs: [run] }) => ({ results: [{ ...run.results[0], level: "high" }] })],
    ["a key of our own", ({ runs: [run] }) => ({ results: [{ ...run.results[0], severity: "high" }] })],
    ["no message", ({ runs: [run] }) => ({ results: [{ ...run.results[0], message: {} }] })],
    ["no tool", () => ({ tool: undefined })],
  ])("would not be with %s", (_, change) => {
    const document = sarif();
    const broken = {
      ...document,
      runs: [JSON.parse(JSON.stringify({ ...document.runs[0], ...change(document) }))],
    };
    expect(isSarif(broken)).toBe(false);
  });

  test.each([
    ["high", "error"],
    ["medium", "warning"],
    ["low", "note"],
  ] as const)("calls %s %s", (severity, level) => {
    expect(sarif(anAudit([aFinding({ severity })])).runs[0].results[0]?.level).toBe(level);
  });

  test("makes no link and no placeholder of other people's text", () => {
    const token = "[x](https://evil.example){0}\\\u001b";
    const [result] = sarif(anAudit([aFinding({ token })])).runs[0].results;
    expect(result?.message.text).toContain("\\[x\\](https://evil.example){{0}}\\\\\\\\u001b (4711): ");
  });

  test.each([
    ["rotation.yaml", "rotation.yaml"],
    ["a b/ü[1].yaml", "a%20b/%C3%BC%5B1%5D.yaml"],
    ["/etc/rotation.yaml", "file:///etc/rotation.yaml"],
  ])("names the policy %s as %s", (artifact, uri) => {
    const [result] = sarif(anAudit(), artifact).runs[0].results;
    expect(result?.locations[0].physicalLocation.artifactLocation.uri).toBe(uri);
  });
});

describe("the code quality report of an audit", () => {
  test("is what GitLab reads", () => {
    const findings = (["high", "medium", "low"] as const).map((severity) => aFinding({ severity }));
    const [first, ...others] = auditCodeQuality(anAudit(findings), WHERE);
    expect(first).toEqual({
      description:
        "project platform/api, token by-hand (4711): not covered by this policy: never expires; name it in the policy",
      check_name: "Uncovered",
      fingerprint: fingerprint(WHERE.instance, aFinding()),
      severity: "critical",
      location: { path: "deploy/rotation.yaml", lines: { begin: 7 } },
    });
    expect(others.map(({ severity }) => severity)).toEqual(["major", "minor"]);
  });
});

describe("a fingerprint", () => {
  const mine = fingerprint("gitlab.example.com", aFinding());

  test.each<[string, Partial<Parameters<typeof aFinding>[0]>]>([
    ["the words and the time", { detail: "in 3 days", message: "in 3 days" }],
    ["the severity", { severity: "high" }],
    ["the policy's lines", { position: { file: "other.yaml", line: 1, column: 1 } }],
    ["the project's path", { path: "platform/moved" }],
  ])("stays the same whatever %s", (_, more) => {
    expect(fingerprint("gitlab.example.com", aFinding(more))).toBe(mine);
  });

  test("differs with all that tells one finding from another", () => {
    const others = [
      aFinding({ code: "NeverExpires" }),
      aFinding({ kind: "group" }),
      aFinding({ targetId: 43 }),
      aFinding({ token: "other" }),
      aFinding({ tokenId: 4712 }),
      aFinding({ secret: "s" }),
    ].map((finding) => fingerprint("gitlab.example.com", finding));
    const all = new Set([mine, fingerprint("other.example.com", aFinding()), ...others]);
    expect(all.size).toBe(8);
    for (const print of all) expect(print).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe("the JSON of an audit", () => {
  test("says null where nobody can tell", () => {
    const finding = aFinding({ kind: undefined, targetId: undefined, path: undefined, tokenId: undefined });
    expect(auditJson(anAudit([finding]), WHERE.instance)).toMatchObject({
      version: 1,
      at: "2026-11-23T03:00:00.000Z",
      scope: "policy",
      findings: [{ kind: null, targetId: null, path: null, tokenId: null, secret: null }],
    });
  });
});

test("every code has its place in the order", () => {
  expect([...AUDIT_ORDER].sort()).toEqual([...AUDIT_CODES].sort());
});
