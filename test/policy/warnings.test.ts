import { describe, expect, test } from "vitest";
import { policyWarnings } from "../../src/policy/warnings.ts";
import { load, policyText } from "./policy-text.ts";

const AWS = { store: "{ type: aws-secrets-manager }" };
const warnings = (sections: Readonly<Record<string, string>>) =>
  policyWarnings(load(policyText(sections))).map(({ path, message }) => ({ path, message }));
const project = (token: string) => `[{ path: a/b, tokens: [{ ${token} }] }]`;

describe("policyWarnings", () => {
  test("has nothing to say about an ordinary policy", () => {
    expect(warnings({})).toEqual([]);
    expect(warnings(AWS)).toEqual([]);
  });

  test.each([
    ["http in the clear", { gitlab: "{ url: http://gitlab.example.com }" }, "gitlab.url", "in the clear"],
    [
      "a short stray_after on AWS",
      { ...AWS, safety: "{ rotation_deadline: 1m, stray_after: 14m }" },
      "safety.stray_after",
      "under 15m",
    ],
    [
      "an exclude outside of its group",
      { groups: "[{ path: platform, projects: { exclude: [sandbox/**], tokens: [{ match: x }] } }]" },
      "groups[0].projects.exclude[0]",
      "matches nothing below platform",
    ],
    [
      "a virtual registry scope on a project",
      { projects: project("name: x, scopes: [read_virtual_registry]") },
      "projects[0].tokens[0].scopes",
      "a group's only",
    ],
    [
      "an existing_overlap under the overlap",
      { projects: project("match: x, existing_overlap: 23h") },
      "projects[0].tokens[0].existing_overlap",
      "shorter than the overlap of 1d",
    ],
    [
      "more puts than Secrets Manager takes",
      { ...AWS, projects: project("match: x, lifetime: 39m, renew_before: 20m, overlap: 1m") },
      "projects[0].tokens[0].lifetime",
      "every ten minutes",
    ],
    [
      "receivers that all have targets",
      { notify: "[{ type: slack, url_env: URL, targets: [platform] }]" },
      "notify",
      "nobody is told",
    ],
    [
      "a folder shared by a fleet",
      { schedule: '{ cron: "0 3 * * *" }', engine: "{ type: bullmq }" },
      "store.path",
      "the very same folder",
    ],
    [
      "a webhook in the clear",
      { notify: "[{ type: webhook, url: http://hooks.example.com/ }]" },
      "notify[0].url",
      "in the clear",
    ],
    [
      "a query in a webhook's URL",
      { notify: "[{ type: webhook, url: https://hooks.example.com/?key=1 }]" },
      "notify[0].url",
      "url_env or url_file",
    ],
    [
      "a name that ends like an ARN",
      { ...AWS, projects: project("name: api-deploy, scopes: [read_registry]") },
      "projects[0].tokens[0].secret",
      "-deploy",
    ],
  ])("warns of %s", (_, sections, path, message) => {
    expect(warnings(sections)).toEqual([{ path, message: expect.stringContaining(message) }]);
  });

  test.each([
    ["http on the same machine", { gitlab: "{ url: http://127.0.0.1:3000 }" }],
    ["a short stray_after with the file store", { safety: "{ rotation_deadline: 1m, stray_after: 14m }" }],
    ["a stray_after of 15m", { ...AWS, safety: "{ stray_after: 15m }" }],
    [
      "globs that may match",
      {
        groups:
          '[{ path: platform, projects: { exclude: ["**/x", "Platform/x", "plat*/x", "*/x"], tokens: [{ match: x }] } }]',
      },
    ],
    [
      "excludes of a group by id",
      { groups: "[{ path: 7, projects: { exclude: [x/y], tokens: [{ match: x }] } }]" },
    ],
    [
      "a virtual registry scope on a group",
      { groups: "[{ path: g, tokens: [{ name: x, scopes: [read_virtual_registry] }] }]" },
    ],
    ["an existing_overlap of the overlap", { projects: project("match: x, existing_overlap: 24h") }],
  ])("does not warn of %s", (_, sections) => {
    expect(warnings(sections)).toEqual([]);
  });

  test("gives the place of the entry", () => {
    const text = policyText({ projects: project("match: x, existing_overlap: 23h") });
    expect(policyWarnings(load(text))).toMatchObject([{ file: "rotation.yaml", line: 4, column: 34 }]);
  });

  test("points at the glob that excludes nothing, not at its group", () => {
    const groups =
      '[{ path: platform, projects: { exclude: ["platform/x", "sandbox/**"], tokens: [{ match: x }] } }]';
    const text = policyText({ groups });
    const [line = ""] = text.split("\n").filter((each) => each.startsWith("groups"));
    expect(policyWarnings(load(text))).toMatchObject([{ line: 5, column: line.indexOf('"sandbox') + 1 }]);
  });
});
