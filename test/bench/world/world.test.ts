import { expect, test } from "vitest";
import { decodeLineageTag } from "../../../src/model/lineage-tag.ts";
import { decodeRecord } from "../../../src/model/record.ts";
import { decodeVersionId } from "../../../src/model/version-id.ts";
import { createCounter } from "./counts.ts";
import { type Estate, lineages, secretSeed } from "./estate.ts";
import { openGitLab } from "./gitlab.ts";
import { openSecretsManager } from "./secrets-manager.ts";

const DAY = 86_400_000;
const ESTATE: Estate = {
  projects: 30,
  tokensPerProject: 3,
  due: 4,
  base: Date.parse("2026-11-30T00:00:00Z"),
};

interface Listed {
  readonly id: number;
  readonly name: string;
  readonly expires_at: string;
}

const gitlab = () => openGitLab({ estate: ESTATE, admin: true, limit: undefined });

const asked = (url: string) => ({ method: "GET", url: `/api/v4${url}`, headers: {}, body: "" });

test("every secret's current version names the token that GitLab's side lists, in a secret of that lineage", () => {
  const site = gitlab();
  for (let lineage = 0; lineage < lineages(ESTATE); lineage += 1) {
    const { tags, current } = secretSeed(ESTATE, lineage);
    const named = decodeLineageTag(tags["deploy-token-rotator:lineage"] ?? "");
    const list = site.answer(asked(`/projects/${named?.targetId}/deploy_tokens?per_page=100`));
    const version = decodeVersionId(current);
    const token = (JSON.parse(list.body ?? "") as Listed[]).find(({ id }) => id === version?.tokenId);
    expect(token?.name).toBe(named?.token);
    expect(Date.parse(token?.expires_at ?? "")).toBe(version?.expiresAt.getTime());
    expect(decodeRecord(tags["deploy-token-rotator:rotation"] ?? "")?.expires).toEqual(version?.expiresAt);
  }
});

test("as many tokens are within 30 days of their expiry as are to be due", () => {
  const near = Array.from({ length: lineages(ESTATE) }, (_, lineage) =>
    decodeVersionId(secretSeed(ESTATE, lineage).current),
  ).filter((version) => (version?.expiresAt.getTime() ?? 0) - ESTATE.base <= 30 * DAY);
  expect(near).toHaveLength(ESTATE.due);
});

test("the instance's list has every token once, page by page, in the order of ids", () => {
  const site = gitlab();
  const ids: number[] = [];
  for (let page = "1"; page !== ""; ) {
    const { body = "", headers } = site.answer(asked(`/deploy_tokens?page=${page}&per_page=20`));
    ids.push(...(JSON.parse(body) as Listed[]).map(({ id }) => id));
    page = headers?.["X-Next-Page"] ?? "";
  }
  expect(new Set(ids).size).toBe(lineages(ESTATE));
  expect(ids).toEqual([...ids].sort((one, other) => one - other));
});

test("AWS's side lists every secret, finds each by name and by ARN, and shows a version that was put", () => {
  const site = openSecretsManager({ estate: ESTATE, limited: false });
  const call = (operation: string, input: object) => {
    const headers = { "x-amz-target": `secretsmanager.${operation}` };
    return JSON.parse(
      site.answer({ method: "POST", url: "/", headers, body: JSON.stringify(input) }).body ?? "",
    );
  };
  const { SecretList } = call("ListSecrets", { MaxResults: 100 });
  expect(SecretList).toHaveLength(lineages(ESTATE));
  for (const { ARN, Name } of SecretList) {
    expect(call("DescribeSecret", { SecretId: ARN }).Name).toBe(Name);
    expect(call("DescribeSecret", { SecretId: Name }).ARN).toBe(ARN);
  }
  const { ARN, VersionIdsToStages } = call("DescribeSecret", { SecretId: SecretList[5].ARN });
  const [before] = Object.keys(VersionIdsToStages);
  call("PutSecretValue", { SecretId: ARN, ClientRequestToken: "a-new-version" });
  expect(call("DescribeSecret", { SecretId: ARN }).VersionIdsToStages).toEqual({
    "a-new-version": ["AWSCURRENT"],
    [before ?? ""]: ["AWSPREVIOUS"],
  });
});

test("a request that is refused twice before it is answered was bounced twice; another caller's is another", () => {
  const counter = createCounter();
  counter.refused("GET /x", "GET /x one");
  counter.refused("GET /x", "GET /x two");
  counter.refused("GET /x", "GET /x one");
  counter.passed("GET /x one");
  counter.refused("GET /x", "GET /x one");
  expect(counter.read()).toMatchObject({ requests: 4, refused: 4, mostBounces: 2 });
});
