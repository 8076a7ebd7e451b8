import { afterEach, describe, expect, it } from "vitest";
import { actions, errorCodes, type PassWorld, POLICY, SECRET, startPassWorld } from "./support/pass-world.ts";

const HTML = { status: 200, headers: { "content-type": "text/html" }, body: "<html>Sign in</html>" };
const MAINTAINER = 40;
const DEVELOPER = 30;
const GROUP = `${POLICY}groups:
  - path: platform
    tokens: [{ name: cluster-pull, scopes: [read_registry] }]
`;
const ALWAYS = Number.POSITIVE_INFINITY;

let world: PassWorld;
afterEach(() => world.close());

type Options = Parameters<typeof startPassWorld>[0];
/** What is wrong, the actions and error codes that come of it, and a word that the message must hold. */
type Row = readonly [
  string,
  Options,
  (world: PassWorld) => void,
  readonly string[],
  readonly string[],
  RegExp,
];

describe("GitLab", () => {
  it.each<Row>([
    [
      "an expired access token",
      { expiresAt: "2020-01-01" },
      () => undefined,
      ["report TargetFailed failed"],
      ["ERR_GITLAB_UNAUTHORIZED"],
      /expired/,
    ],
    [
      "a revoked access token",
      { revoked: true },
      () => undefined,
      ["report TargetFailed failed"],
      ["ERR_GITLAB_UNAUTHORIZED"],
      /revoked/,
    ],
    [
      "an access token that may only read",
      { scopes: ["read_api"] },
      () => undefined,
      ["create Missing failed"],
      ["ERR_GITLAB_FORBIDDEN"],
      /scope api/,
    ],
    [
      "a developer",
      { roles: { "platform/api": DEVELOPER } },
      () => undefined,
      ["report TargetFailed failed"],
      ["ERR_GITLAB_FORBIDDEN"],
      /Maintainer/,
    ],
    [
      "a group Maintainer, who may list but not create",
      { roles: { platform: MAINTAINER } },
      (at) => {
        at.policy = GROUP;
      },
      ["create Missing failed", "create Missing done"],
      ["ERR_GITLAB_FORBIDDEN"],
      /Owner/,
    ],
    [
      "an unknown project",
      {},
      (at) => {
        at.policy = `${POLICY}  - path: platform/nowhere\n    tokens: [{ name: a, scopes: [read_registry] }]\n`;
      },
      ["create Missing done", "report TargetFailed failed"],
      ["ERR_GITLAB_NOT_FOUND"],
      /platform\/nowhere/,
    ],
    [
      "an unknown group",
      {},
      (at) => {
        at.policy = GROUP.replace("path: platform\n", "path: nowhere\n");
      },
      ["report TargetFailed failed", "create Missing done"],
      ["ERR_GITLAB_NOT_FOUND"],
      /nowhere/,
    ],
    [
      "HTML in place of JSON",
      {},
      (at) => at.gitlab.faults.add({ respond: HTML, times: ALWAYS }),
      ["report TargetFailed failed"],
      ["ERR_GITLAB_RESPONSE_INVALID"],
      /GET \/projects/,
    ],
    [
      "429 without end",
      {},
      (at) => at.gitlab.faults.add({ before: "429-plain", times: ALWAYS }),
      ["report TargetFailed failed"],
      ["ERR_GITLAB_RATE_LIMITED"],
      /429/,
    ],
    [
      "connections that break",
      {},
      (at) => at.gitlab.faults.add({ before: "reset", times: ALWAYS }),
      ["report TargetFailed failed"],
      ["ERR_GITLAB_UNAVAILABLE"],
      /GET \/projects/,
    ],
    [
      "429 once, which is waited for",
      {},
      (at) => at.gitlab.faults.add({ before: "429-json" }),
      ["create Missing done"],
      [],
      /^$/,
    ],
  ])("%s", async (_, options, spoil, expected, codes, word) => {
    world = await startPassWorld(options);
    spoil(world);
    const report = await world.pass();
    expect(actions(report)).toEqual(expected);
    expect(errorCodes(report)).toEqual(codes);
    for (const { error } of report.lineages.flatMap((lineage) => lineage.actions))
      if (error) expect(error.message).toMatch(word);
    expect(report.summary.failed).toBe(codes.length);
    expect(world.ids()).toHaveLength(expected.includes("create Missing done") ? 1 : 0);
  });
});

describe("AWS", () => {
  const deny = (operation: string) => (at: PassWorld) => void at.aws.denied.add(operation as never);
  const filled = (change: (at: PassWorld) => void) => (at: PassWorld) => {
    at.aws.world.createSecret({ name: SECRET, value: "theirs" });
    change(at);
  };
  it.each<Row>([
    [
      "DescribeSecret denied",
      {},
      deny("DescribeSecret"),
      ["report ObservationFailed failed"],
      ["ERR_SECRET_ACCESS_DENIED"],
      /secretsmanager:DescribeSecret/,
    ],
    [
      "CreateSecret denied",
      {},
      deny("CreateSecret"),
      ["create Missing failed"],
      ["ERR_SECRET_ACCESS_DENIED"],
      /secretsmanager:CreateSecret/,
    ],
    [
      "TagResource denied",
      {},
      deny("TagResource"),
      ["create Missing failed"],
      ["ERR_SECRET_ACCESS_DENIED"],
      /secretsmanager:TagResource/,
    ],
    [
      "PutSecretValue denied",
      {},
      deny("PutSecretValue"),
      ["create Missing failed"],
      ["ERR_SECRET_ACCESS_DENIED"],
      /secretsmanager:PutSecretValue/,
    ],
    [
      "a secret pending deletion",
      {},
      filled((at) => at.aws.world.scheduleDeletion(SECRET)),
      ["report SecretPendingDeletion failed"],
      [],
      /./,
    ],
    [
      "a secret with a rotation of its own",
      {},
      filled((at) => at.aws.world.setRotationEnabled(SECRET, true)),
      ["report SecretRotationEnabled failed"],
      [],
      /./,
    ],
    [
      "a secret of another AWS service",
      {},
      filled((at) => at.aws.world.setOwningService(SECRET, "rds")),
      ["report SecretOwnedByService failed"],
      [],
      /./,
    ],
    ["somebody else's secret", {}, filled(() => undefined), ["report ForeignSecret failed"], [], /./],
    [
      "a put that is throttled twice, and sent again",
      {},
      (at) =>
        at.aws.faults.push({
          match: { operation: "PutSecretValue" },
          times: 2,
          before: { error: "ThrottlingException" },
        }),
      ["create Missing done"],
      [],
      /./,
    ],
  ])("%s", async (_, options, spoil, expected, codes, word) => {
    world = await startPassWorld(options);
    spoil(world);
    const report = await world.pass();
    expect(actions(report)).toEqual(expected);
    expect(errorCodes(report)).toEqual(codes);
    for (const { error } of report.lineages.flatMap((lineage) => lineage.actions))
      if (error) expect(error.message).toMatch(word);
    const done = expected.includes("create Missing done");
    expect(report.summary.failed).toBe(done ? 0 : 1);
    expect(world.ids()).toHaveLength(done ? 1 : 0);
  });
});

it("does nothing for a policy that matches nothing, and fails nothing", async () => {
  world = await startPassWorld();
  world.policy = POLICY.replace("name: registry-pull, scopes: [read_registry]", 'match: "nothing-*"');
  const report = await world.pass();
  expect(report.lineages).toEqual([]);
  expect(report.summary.failed).toBe(0);
});
