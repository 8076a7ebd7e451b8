import { describe, expect, it } from "vitest";
import type { DeployToken } from "../../src/model/deploy-token.ts";
import { DAY, MINUTE } from "../../src/model/duration.ts";
import { encodeLineageTag } from "../../src/model/lineage-tag.ts";
import { LINEAGE_TAG } from "../../src/model/names.ts";
import type { TokenEntry } from "../../src/model/policy.ts";
import type { SecretDescription } from "../../src/model/ports.ts";
import { audit } from "../../src/plan/audit.ts";
import type { Inventory, InventoryTarget } from "../../src/plan/audit-inventory.ts";
import type { Observed } from "../../src/plan/lineage.ts";
import {
  aLineage,
  aRecord,
  aSecret,
  aToken,
  at,
  declared,
  matched,
  observedWith,
  SAFETY,
  T0,
  versionOf,
} from "./builders.ts";

const POSITION = { file: "rotation.yaml", line: 7, column: 5 };
const { target: API } = aLineage();

const aTarget = (more: Partial<InventoryTarget> = {}): InventoryTarget => ({
  target: API,
  coverage: { target: API, lists: [] },
  certain: true,
  through: "policy",
  position: POSITION,
  exclusion: undefined,
  tokens: [],
  lineages: [],
  ...more,
});

const inventoryWith = (more: Partial<Inventory> = {}): Inventory => ({
  targets: [],
  secrets: [],
  gone: new Set(),
  instance: undefined,
  unread: [],
  problems: [],
  ...more,
});

const reportOn = (more: Partial<Inventory>) =>
  audit({ inventory: inventoryWith(more), safety: SAFETY, policyFile: "rotation.yaml", now: T0 });

/** `high NeverExpires 1`, a line for each finding. */
const found = (more: Partial<Inventory>): string[] =>
  reportOn(more).findings.map(({ severity, code, tokenId }) =>
    [severity, code, tokenId].filter(Boolean).join(" "),
  );

interface Covered {
  readonly tokens?: readonly DeployToken[];
  readonly entry?: TokenEntry;
  readonly secret?: SecretDescription;
  readonly observed?: Partial<Observed>;
}

/** What is found of one lineage of the policy. */
const foundCovered = ({ tokens = [], entry, secret, observed }: Covered): string[] =>
  found({
    targets: [
      aTarget({
        tokens,
        lineages: [{ lineage: aLineage(entry), observed: observedWith({ tokens, ...observed }, secret) }],
      }),
    ],
    secrets: secret ? [secret] : [],
  });

const never = (id: number): DeployToken => aToken(id, { expiresAt: undefined });
const current = aToken(1);
const held = aSecret({ current: versionOf(current) });

describe("a token that no entry covers", () => {
  it.each<[string, Partial<DeployToken>, string[]]>([
    ["is told", {}, ["medium Uncovered 1"]],
    [
      "is urgent when it expires in a month",
      { expiresAt: at(30 * DAY) },
      ["high ExpiresSoon 1", "medium Uncovered 1"],
    ],
    ["is not urgent a moment earlier", { expiresAt: at(30 * DAY + 1) }, ["medium Uncovered 1"]],
    [
      "is told twice when it never expires",
      { expiresAt: undefined },
      ["high NeverExpires 1", "medium Uncovered 1"],
    ],
    ["is told mildly to write", { scopes: ["write_registry"] }, ["medium Uncovered 1", "low WriteScope 1"]],
    ["lies about once it is expired", { expiresAt: at(-1) }, ["low ExpiredLeft 1"]],
    [
      "lives up to the instant of its expiry",
      { expiresAt: T0 },
      ["high ExpiresSoon 1", "medium Uncovered 1"],
    ],
    ["lies about once it is revoked", { revoked: true }, ["low RevokedLeft 1"]],
  ])("%s", (_, more, expected) => {
    expect(found({ targets: [aTarget({ tokens: [aToken(1, more)] })] })).toEqual(expected);
  });

  it("is told mildly where the policy leaves the project out, with the exclusion's place", () => {
    const exclusion = { pattern: "platform/**", position: { ...POSITION, line: 9 } };
    const target = aTarget({ tokens: [never(1)], exclusion, position: exclusion.position });
    expect(found({ targets: [target] })).toEqual(["medium NeverExpires 1", "low Uncovered 1"]);
    expect(reportOn({ targets: [target] }).findings[0]?.position.line).toBe(9);
  });

  it("is not told where an entry that could not be read may cover it", () => {
    expect(found({ targets: [aTarget({ tokens: [never(1)], certain: false })] })).toEqual([]);
  });

  it("is told once a name when several bear it, but for what a secret has moved on from", () => {
    const tokens = [aToken(1), aToken(2)];
    expect(found({ targets: [aTarget({ tokens })] })).toContain("low Duplicate");
    const secret = aSecret({ current: versionOf(aToken(2)), previous: versionOf(aToken(1)) });
    expect(found({ targets: [aTarget({ tokens })], secrets: [secret] })).not.toContain("low Duplicate");
    const other = aSecret({ current: versionOf(aToken(2)) });
    expect(found({ targets: [aTarget({ tokens })], secrets: [other] })).toContain("low Duplicate");
  });
});

describe("a lineage of the policy", () => {
  it.each<[string, Covered, string[]]>([
    ["is fine when its secret holds a live token", { tokens: [current], secret: held }, []],
    [
      "is fine while what it supersedes waits",
      {
        tokens: [current, aToken(2)],
        secret: aSecret({ current: versionOf(current), previous: versionOf(aToken(2)) }),
      },
      [],
    ],
    ["breaks its consumers when GitLab lost the token", { secret: held }, ["high CurrentTokenGone 1"]],
    ["is fine when the token is in a GET only", { secret: held, observed: { probed: current } }, []],
    [
      "breaks its consumers when the token was revoked",
      {
        tokens: [aToken(1, { revoked: true })],
        secret: held,
        entry: matched(),
      },
      ["high CurrentTokenGone 1"],
    ],
    [
      "breaks its consumers when the token expired",
      {
        tokens: [aToken(1, { expiresAt: at(-DAY) })],
        secret: aSecret({ current: versionOf(aToken(1, { expiresAt: at(-DAY) })) }),
      },
      ["high CurrentTokenGone 1"],
    ],
    [
      "cannot be renewed with two tokens made by hand",
      { tokens: [aToken(1), aToken(2)] },
      ["high Duplicate"],
    ],
    [
      "has a token that its secret never held",
      {
        tokens: [current, aToken(2)],
        secret: held,
      },
      ["medium Duplicate"],
    ],
    [
      "has no duplicate while a rotation is under way",
      {
        tokens: [current, aToken(2, { expiresAt: at(90 * DAY - MINUTE) })],
        secret: held,
      },
      [],
    ],
    [
      "has a stray that the next pass deletes",
      {
        tokens: [current, aToken(2, { expiresAt: at(89 * DAY) })],
        secret: aSecret({ current: versionOf(current), record: aRecord() }),
        observed: { versionIds: [] },
      },
      ["low Stray 2"],
    ],
    [
      "has a stray that something holds back",
      {
        tokens: [current, aToken(2, { expiresAt: at(89 * DAY) })],
        secret: aSecret({ current: versionOf(current), record: aRecord() }),
        observed: { versionIds: [], claimedElsewhere: new Set([2]) },
      },
      ["medium Stray 2"],
    ],
    [
      "has no stray before a rotation had its time",
      {
        tokens: [current, aToken(2, { expiresAt: at(89 * DAY) })],
        secret: aSecret({ current: versionOf(current), record: aRecord({ at: at(-MINUTE) }) }),
        observed: { versionIds: [] },
      },
      [],
    ],
    [
      "writes although the policy asks for reading",
      {
        tokens: [aToken(1, { scopes: ["read_registry", "write_registry"] })],
        secret: held,
      },
      ["high WriteScope 1"],
    ],
    [
      "has a stray of which nothing else is told",
      {
        tokens: [current, aToken(2, { expiresAt: at(89 * DAY), scopes: ["write_registry"] })],
        secret: aSecret({ current: versionOf(current), record: aRecord() }),
        observed: { versionIds: [] },
      },
      ["low Stray 2"],
    ],
    [
      "has a token with the scopes of before that is about to go",
      {
        tokens: [current, aToken(2, { scopes: ["write_registry"] })],
        secret: aSecret({ current: versionOf(current), previous: versionOf(aToken(2)) }),
      },
      [],
    ],
    [
      "writes more than the policy asks for",
      {
        tokens: [aToken(1, { scopes: ["write_registry", "write_package_registry"] })],
        entry: declared({ scopes: ["write_registry"] }),
        secret: held,
      },
      ["medium WriteScope 1"],
    ],
    [
      "writes what the policy asks for",
      {
        tokens: [aToken(1, { scopes: ["write_registry"] })],
        entry: declared({ scopes: ["write_registry"] }),
        secret: held,
      },
      [],
    ],
    [
      "writes where a glob asks for nothing",
      {
        tokens: [aToken(1, { scopes: ["write_registry"] })],
        entry: matched(),
        secret: held,
      },
      ["low WriteScope 1"],
    ],
    ["never expires and is only reported", { tokens: [never(1)] }, ["medium NeverExpires 1"]],
    [
      "never expires until the next pass",
      {
        tokens: [never(1)],
        entry: declared({ neverExpires: "rotate" }),
      },
      ["low NeverExpires 1"],
    ],
    [
      "expires soon and is only reported",
      {
        tokens: [aToken(1, { expiresAt: at(DAY) })],
        entry: matched({ existing: "report" }),
      },
      ["high ExpiresSoon 1"],
    ],
    ["expires soon and is renewed", { tokens: [aToken(1, { expiresAt: at(DAY) })] }, []],
    [
      "has an old token lying about",
      {
        tokens: [current, aToken(2, { expiresAt: at(-DAY) }), aToken(3, { revoked: true })],
        secret: held,
      },
      ["low ExpiredLeft 2", "low RevokedLeft 3"],
    ],
    [
      "leaves to a pass what it is about to delete",
      {
        tokens: [current, aToken(2, { expiresAt: at(-DAY) })],
        secret: aSecret({
          current: versionOf(current),
          previous: versionOf(aToken(2, { expiresAt: at(-DAY) })),
        }),
      },
      [],
    ],
  ])("%s", (_, covered, expected) => {
    expect(foundCovered(covered)).toEqual(expected);
  });

  it("that could not be observed tells only what holds in any case", () => {
    const tokens = [aToken(1, { scopes: ["write_registry"] }), aToken(2), aToken(3, { revoked: true })];
    const target = aTarget({ tokens, lineages: [{ lineage: aLineage(), observed: undefined }] });
    expect(found({ targets: [target], problems: ["x"] })).toEqual(["high WriteScope 1"]);
  });
});

describe("a secret of ours", () => {
  it.each<[string, Partial<Inventory>, string[]]>([
    [
      "whose token is out of the policy",
      { targets: [aTarget({ tokens: [current] })] },
      ["medium Uncovered 1", "medium SecretWithoutPolicy 1"],
    ],
    [
      "whose token is out of the policy and gone",
      { targets: [aTarget()] },
      ["medium CurrentTokenGone 1", "medium SecretWithoutPolicy 1"],
    ],
    ["whose target is gone", { gone: new Set(["project 42"]) }, ["medium SecretWithoutPolicy 1"]],
    [
      "whose target the policy lost, but not its other tokens",
      {
        targets: [aTarget({ through: "secret", tokens: [current, aToken(9, { name: "other" })] })],
      },
      ["medium SecretWithoutPolicy 1"],
    ],
    [
      "whose target may be one that could not be read",
      {
        unread: [{ target: { kind: "project", idOrPath: "platform/api" }, known: {}, below: false }],
        problems: ["x"],
      },
      [],
    ],
    [
      "whose target is surely another than what could not be read",
      {
        unread: [{ target: { kind: "project", idOrPath: 43 }, known: {}, below: false }],
        problems: ["x"],
      },
      ["medium SecretWithoutPolicy 1"],
    ],
  ])("%s", (_, more, expected) => {
    expect(found({ secrets: [held], ...more })).toEqual(expected);
  });

  it("is left alone once it is scheduled for deletion", () => {
    expect(found({ secrets: [{ ...held, deletionDate: at(DAY) }] })).toEqual([]);
  });

  it("whose token's name is too long for its tag is known by the tag alone", () => {
    const name = "n".repeat(250);
    const tag = encodeLineageTag("gitlab.example.com", API, name);
    const secret = { ...held, tags: { [LINEAGE_TAG]: tag } };
    expect(found({ secrets: [secret] })).toEqual(["medium SecretWithoutPolicy 1"]);
    const lineage = { ...aLineage(), token: name, tag };
    const target = aTarget({ lineages: [{ lineage, observed: undefined }] });
    expect(found({ targets: [target], secrets: [secret], problems: ["x"] })).toEqual([]);
  });
});

describe("the whole instance", () => {
  it("tells which tokens could not be placed, and what is so of them", () => {
    const instance = [current, aToken(2), never(3), aToken(4, { revoked: true })];
    expect(found({ instance, targets: [aTarget({ tokens: [current] })] })).toEqual([
      "high NeverExpires 3",
      "medium Uncovered 1",
      "low RevokedLeft 4",
      "low Unplaced 2",
      "low Unplaced 3",
    ]);
  });

  it("places a token by the version that names it", () => {
    const unlisted = aTarget({ tokens: undefined, lineages: [{ lineage: aLineage(), observed: undefined }] });
    const more = { targets: [unlisted], secrets: [held], problems: ["x"] };
    expect(found({ ...more, instance: [current] })).toEqual([]);
    expect(found({ ...more, instance: [aToken(1, { expiresAt: at(61 * DAY) })] })).toEqual([
      "low Unplaced 1",
    ]);
  });

  it("claims nothing about the cover of tokens that may be of what could not be read", () => {
    expect(found({ instance: [never(3)], problems: ["x"] })).toEqual(["medium Unplaced 3"]);
  });

  it("takes in the targets that only a secret names", () => {
    const target = aTarget({ through: "secret", tokens: [aToken(9, { name: "other" })] });
    expect(found({ targets: [target], instance: [] })).toEqual(["medium Uncovered 9"]);
  });
});

describe("the report", () => {
  it("counts by severity, and what was looked at once", () => {
    const { summary, scope } = reportOn({
      targets: [aTarget({ tokens: [never(1)] })],
      instance: [never(1)],
      problems: ["x"],
    });
    expect(scope).toBe("instance");
    expect(summary).toEqual({
      findings: 2,
      filteredOut: 0,
      high: 1,
      medium: 1,
      low: 0,
      targets: 1,
      tokens: 1,
      secrets: 0,
      unread: 1,
    });
  });

  it("says in each message what is so and what to do", () => {
    const [finding] = reportOn({ targets: [aTarget({ tokens: [aToken(1)] })] }).findings;
    expect(finding).toMatchObject({
      kind: "project",
      targetId: 42,
      path: "platform/api",
      token: "t",
      secret: null,
    });
    expect(finding?.message).toBe(
      "not covered by this policy: expires 2027-01-22 03:00 UTC, in 60 days; name it in the policy, or delete it in GitLab once nobody uses it",
    );
  });
});
