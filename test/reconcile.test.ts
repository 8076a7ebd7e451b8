import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createGitLab } from "../src/gitlab/gitlab.ts";
import { DAY, HOUR, MINUTE } from "../src/model/duration.ts";
import type { PassReport } from "../src/model/report.ts";
import { Secret } from "../src/model/secret.ts";
import { loadPolicy } from "../src/policy/load-policy.ts";
import { reconcile } from "../src/reconcile.ts";
import { createAwsStore } from "../src/store/aws.ts";
import { type GitLabSimulator, startGitLab } from "./support/gitlab/simulator.ts";
import { type SecretsManagerSimulator, startSecretsManager } from "./support/secrets-manager/simulator.ts";

const API = { kind: "project", path: "platform/api" } as const;
const WEB = { kind: "project", path: "platform/web" } as const;
const SECRET = "gitlab/project/platform/api/registry-pull";
const POST = { method: "POST", route: /deploy_tokens$/ };

let time: number;
let gitlab: GitLabSimulator;
let aws: SecretsManagerSimulator;
let pass: (mode?: "plan" | "apply") => Promise<PassReport>;
let close: () => Promise<void>;

const clock = { now: () => new Date(time), monotonic: () => time, sleep: () => Promise.resolve() };
const yaml = `version: 1
gitlab: { url: https://gitlab.example.com }
store: { type: aws-secrets-manager, region: us-east-1 }
projects:
  - path: platform/api
    tokens: [{ name: registry-pull, scopes: [read_registry] }]
`;
let policyText: string;

beforeEach(async () => {
  time = Date.now();
  policyText = yaml;
  process.env["AWS_ACCESS_KEY_ID"] = "test";
  process.env["AWS_SECRET_ACCESS_KEY"] = "test";
  gitlab = await startGitLab({ clock });
  aws = await startSecretsManager({ clock });
  gitlab.world.addProject(API);
  gitlab.world.addProject(WEB);
  const { token } = gitlab.world.addPersonalAccessToken({});
  const client = createGitLab({
    url: gitlab.url,
    token: new Secret(token),
    clock,
    requestsPerSecond: 1000,
    concurrency: 8,
  });
  const store = await createAwsStore({
    region: "us-east-1",
    endpoint: aws.url,
    clock,
    writesPerSecond: 1000,
  });
  pass = (mode = "apply") => {
    const policy = loadPolicy({ file: "rotation.yaml", bytes: Buffer.from(policyText), baseUrl: gitlab.url });
    const ports = { gitlab: client, store, clock, safety: policy.safety, random: (max: number) => max };
    return reconcile({ policy, ports, mode });
  };
  close = async () => {
    await client.close();
    store.close();
    await gitlab.close();
    await aws.close();
  };
});
afterEach(() => close());

const ids = (target: typeof API | typeof WEB = API): number[] =>
  gitlab.world.deployTokens(target).map(({ id }) => id);
const actions = (report: PassReport): string[] =>
  report.lineages.flatMap((lineage) =>
    lineage.actions.map(({ action, reason, result }) => [action, reason, result].filter(Boolean).join(" ")),
  );

describe("a pass", () => {
  it("creates a missing token, stores it, and then has nothing to do", async () => {
    expect(actions(await pass())).toEqual(["create Missing done"]);
    expect(aws.currentValue(SECRET)).toContain('"password":"gldt-');
    const writes = aws.log.length;
    expect(actions(await pass())).toEqual(["keep Healthy"]);
    expect(aws.log.length - writes).toBe(1);
    expect(aws.log.map(({ operation }) => operation)).not.toContain("GetSecretValue");
  });

  it("only reads when it plans", async () => {
    expect(actions(await pass("plan"))).toEqual(["create Missing"]);
    expect(ids()).toEqual([]);
    expect(gitlab.log.every(({ method }) => method === "GET")).toBe(true);
  });

  it("renews a token and deletes the old one only when the overlap has passed", async () => {
    await pass();
    const [first] = ids();
    time += 61 * DAY;
    expect(actions(await pass())).toEqual(["rotate Renewing done"]);
    time += 23 * HOUR;
    await pass();
    expect(ids()).toContain(first);
    time += 2 * HOUR;
    expect(actions(await pass())).toEqual(["delete Superseded done", "keep Healthy"]);
    expect(ids()).not.toContain(first);
    expect(ids()).toHaveLength(1);
  });

  it("leaves a token made by hand until it has expired", async () => {
    const made = { name: "registry-pull", scopes: ["read_registry"], expiresAt: new Date(time + 5 * DAY) };
    const { id } = gitlab.world.addDeployToken(API, made);
    expect(actions(await pass())).toEqual(["rotate Renewing done"]);
    time += 4 * DAY;
    await pass();
    expect(ids()).toContain(id);
    time += 2 * DAY;
    expect(actions(await pass())).toContain("delete Superseded done");
    expect(ids()).not.toContain(id);
  });

  it("deletes the stray of a lost answer once stray_after has passed, and nothing else", async () => {
    const bystander = gitlab.world.addDeployToken(API, { name: "other", scopes: ["read_registry"] });
    gitlab.faults.add({ match: POST, after: "reset" });
    expect(actions(await pass())).toEqual(["create Missing failed"]);
    expect(ids()).toHaveLength(2);
    time += 10 * MINUTE;
    expect(actions(await pass())).toEqual(["report InProgress"]);
    time += 11 * MINUTE;
    expect(actions(await pass())).toEqual(["delete Stray done", "create Missing done"]);
    expect(ids()).toHaveLength(2);
    expect(ids()).toContain(bystander.id);
  });

  it("undoes a token whose put was refused, and need not wait to try again", async () => {
    aws.denied.add("PutSecretValue");
    const [action] = (await pass()).lineages.flatMap((lineage) => lineage.actions);
    expect(action?.error?.code).toBe("ERR_SECRET_ACCESS_DENIED");
    expect(ids()).toEqual([]);
    aws.denied.clear();
    expect(actions(await pass())).toEqual(["create Missing done"]);
  });

  it("never undoes a token whose put may have been taken", async () => {
    aws.faults.push({ match: { operation: "PutSecretValue" }, times: 1, after: "reset" });
    expect(actions(await pass())).toEqual(["create Missing done"]);
    expect(ids()).toHaveLength(1);
  });

  it("undoes a token that does not log in", async () => {
    gitlab.faults.replicaLag = { refusals: 100 };
    const [action] = (await pass()).lineages.flatMap((lineage) => lineage.actions);
    expect(action?.error?.code).toBe("ERR_TOKEN_REJECTED");
    expect(ids()).toEqual([]);
  });

  it("stores nothing past the deadline", async () => {
    gitlab.faults.add({
      match: { route: /jwt/ },
      onArrival: () => {
        time += 6 * MINUTE;
      },
    });
    const [action] = (await pass()).lineages.flatMap((lineage) => lineage.actions);
    expect(action?.error?.code).toBe("ERR_DEADLINE_PASSED");
    expect(ids()).toEqual([]);
    expect(aws.currentValue(SECRET)).toBeUndefined();
  });

  it("lets one target's failure stop no other", async () => {
    policyText = `${yaml}  - path: platform/nowhere
    tokens: [{ name: registry-pull, scopes: [read_registry] }]
`;
    const report = await pass();
    expect(actions(report)).toEqual(["create Missing done", "report TargetFailed failed"]);
    expect(report.summary.failed).toBe(1);
  });

  it("lets one lineage's failure stop no other of the same target", async () => {
    policyText = yaml.replace(
      "tokens: [",
      "tokens: [{ name: broken, scopes: [read_registry], secret: broken }, ",
    );
    aws.faults.push({
      match: { operation: "DescribeSecret", secretId: "broken" },
      before: { error: "AccessDeniedException" },
    });
    const report = await pass();
    expect(report.lineages.map(({ token }) => token)).toEqual(["broken", "registry-pull"]);
    expect(actions(report)).toEqual(["report ObservationFailed failed", "create Missing done"]);
    expect(report.summary).toMatchObject({ lineages: 2, create: 1, failed: 1 });
  });

  it("runs neither of two lineages that come to one secret, and fails", async () => {
    const { id } = gitlab.world.addProject({ path: "platform/late" });
    policyText = `${yaml.replace("scopes: [read_registry] }", "scopes: [read_registry], secret: shared/platform/late }")}  - path: ${id}
    tokens: [{ name: registry-pull, scopes: [read_registry], secret: "shared/{path}" }]
`;
    const report = await pass();
    expect(actions(report)).toEqual([
      "report SecretNameCollision failed",
      "report SecretNameCollision failed",
    ]);
    expect(report.summary.failed).toBe(2);
    expect(gitlab.log.every(({ method }) => method === "GET")).toBe(true);
  });

  it("begins nothing while the clocks disagree", async () => {
    gitlab.faults.clockOffsetMs = 2 * HOUR;
    const report = await pass();
    expect(actions(report)).toEqual(["report ClockSkew failed"]);
    expect(report.summary.failed).toBe(1);
    expect(ids()).toEqual([]);
  });

  it("does not touch a secret that somebody else filled", async () => {
    aws.world.createSecret({ name: SECRET, value: "theirs" });
    expect(actions(await pass())).toEqual(["report ForeignSecret failed"]);
    expect(aws.currentValue(SECRET)).toBe("theirs");
    expect(ids()).toEqual([]);
  });

  it("reports several tokens of one name rather than guess", async () => {
    for (const days of [200, 300])
      gitlab.world.addDeployToken(API, {
        name: "registry-pull",
        scopes: ["read_registry"],
        expiresAt: new Date(time + days * DAY),
      });
    expect(actions(await pass())).toEqual(["report Ambiguous"]);
    expect(ids()).toHaveLength(2);
  });
});
