import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { createMetrics } from "../../src/server/metrics.ts";
import { aSampleOverview } from "../support/overview/sample.ts";
import { parseMetrics } from "../support/prometheus/parse.ts";

const read = (file: string): string => readFileSync(new URL(`../../deploy/${file}`, import.meta.url), "utf8");

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly description: string };
}
interface Target {
  readonly expr: string;
}

const rules = (parse(read("prometheus-rules.yaml")) as { groups: { rules: Rule[] }[] }).groups.flatMap(
  (group) => group.rules,
);
const dashboard = JSON.parse(read("grafana-dashboard.json")) as {
  panels: { id: number; targets: Target[] }[];
  templating: { list: { query: string | { query: string } }[] };
};
const expressions = [
  ...rules.map(({ expr }) => expr),
  ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  ...dashboard.templating.list.map(({ query }) => (typeof query === "string" ? query : query.query)),
];

/** Every name of a sample that a busy process shows, and the labels of each. */
const emitted = async (): Promise<ReadonlyMap<string, ReadonlySet<string>>> => {
  const metrics = createMetrics();
  const overview = aSampleOverview({ lineages: 30, trouble: true });
  for (const pass of overview.passes) metrics.passFinished(pass);
  metrics.request({ system: "gitlab", route: "GET /x", status: 200, seconds: 1 });
  const names = new Map<string, Set<string>>();
  for (const family of parseMetrics(await metrics.render(overview)))
    for (const { name, labels } of family.samples)
      names.set(name, new Set([...(names.get(name) ?? []), ...labels.keys()]));
  return names;
};

const namesIn = (expression: string): readonly string[] =>
  [...expression.matchAll(/\b(?:deploy_token_rotator|process)_[a-z_]+/g)].map(([name]) => name);

describe("the alert rules and the dashboard", () => {
  it("name metrics that there are", async () => {
    const names = await emitted();
    const used = [...new Set(expressions.flatMap(namesIn))];
    expect(used.length).toBeGreaterThan(15);
    expect(used.filter((name) => !names.has(name))).toEqual([]);
  });

  it("use every metric of ours but those that only tell more of another", async () => {
    const unused = [...(await emitted()).keys()].filter(
      (name) => name.startsWith("deploy_token_rotator_") && !expressions.some((text) => text.includes(name)),
    );
    expect(unused.sort()).toEqual([
      "deploy_token_rotator_fleet_replicas",
      "deploy_token_rotator_lineages_omitted",
      "deploy_token_rotator_next_pass_timestamp_seconds",
      "deploy_token_rotator_pass_duration_seconds_bucket",
      "deploy_token_rotator_pass_running",
      "deploy_token_rotator_passes_total",
      "deploy_token_rotator_request_duration_seconds_sum",
      "deploy_token_rotator_token_ready",
    ]);
  });

  it("select by labels that there are", async () => {
    const names = await emitted();
    const scraped = ["job", "instance"];
    const wrong = expressions.flatMap((expression) =>
      [...expression.matchAll(/(deploy_token_rotator_[a-z_]+)\{([^}]*)\}/g)].flatMap(
        ([, name = "", inside = ""]) =>
          [...inside.matchAll(/(\w+)\s*=~?/g)]
            .map(([, label = ""]) => label)
            .filter((label) => !scraped.includes(label) && !names.get(name)?.has(label))
            .map((label) => `${name}: ${label}`),
      ),
    );
    expect(wrong).toEqual([]);
  });

  it("tell what is the matter and what to do", () => {
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
    for (const { labels, annotations } of rules) {
      expect(labels.severity).toMatch(/^(critical|warning)$/);
      expect(annotations.summary).not.toBe("");
      expect(annotations.description.length).toBeGreaterThan(40);
    }
  });

  it("give each panel an id of its own", () => {
    const ids = dashboard.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
