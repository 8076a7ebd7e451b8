import { describe, expect, it } from "vitest";
import type { DeployToken } from "../../src/model/deploy-token.ts";
import { DAY, HOUR, MINUTE, milliseconds, SECOND } from "../../src/model/duration.ts";
import { LINEAGE_TAG } from "../../src/model/names.ts";
import {
  aRecord,
  aSecret,
  aToken,
  at,
  decideOn,
  declared,
  type SecretOptions,
  type Situation,
  shortly,
  T0,
  versionOf,
} from "./builders.ts";

const old = aToken(1, { expiresAt: at(10 * DAY) });
const now = aToken(2, { expiresAt: at(89 * DAY) });
/** Rotated from token 1 to token 2; `settled` is when that was. */
const rotated = (
  settled: Date,
  more: SecretOptions = {},
  observed: Situation["observed"] = {},
): Situation => ({
  tokens: [old, now],
  secret: aSecret({
    current: versionOf(now, settled),
    previous: versionOf(old),
    lastChangedAt: settled,
    ...more,
  }),
  observed,
});
const passed = at(-24 * HOUR);
const DELETES = "keep Healthy, Superseded 1";

describe("a superseded token", () => {
  it.each<[string, Situation, string]>([
    ["goes as its overlap ends", rotated(passed), DELETES],
    ["stays a second before its overlap ends", rotated(at(-24 * HOUR + SECOND)), "keep Healthy"],
    [
      "stays while the labels were moved within its overlap",
      rotated(passed, { lastChangedAt: at(-24 * HOUR + 1) }),
      "keep Healthy",
    ],
    [
      "stays while another secret names it",
      rotated(passed, {}, { claimedElsewhere: new Set([1]) }),
      "keep Healthy",
    ],
    [
      "stays while a replica is behind",
      rotated(passed, { replicasBehind: ["eu-west-1: Failed"] }),
      "keep Healthy",
    ],
    [
      "stays while the current token is revoked",
      { ...rotated(passed), tokens: [old, { ...now, revoked: true }] },
      "rotate Revoked",
    ],
    [
      "stays while the current token has expired",
      { ...rotated(passed), now: at(90 * DAY) },
      "rotate Expired",
    ],
    [
      "stays while the current token is in no list, though a GET shows it",
      { ...rotated(passed, {}, { probed: now }), tokens: [old] },
      "keep Healthy",
    ],
    [
      "stays when its id was given out again to another",
      { ...rotated(passed), tokens: [aToken(1), now] },
      "keep Healthy",
    ],
    [
      "goes by a version without a label",
      {
        ...rotated(
          passed,
          { versions: [{ id: versionOf(now, passed), labels: ["AWSCURRENT"] }] },
          { versionIds: [versionOf(old)] },
        ),
      },
      DELETES,
    ],
  ])("%s", (_, situation, expected) => {
    expect(shortly(decideOn(situation))).toBe(expected);
  });

  it("is reported when it has been held back for more than seven days, and not before", () => {
    const held = (days: number) =>
      decideOn(rotated(at(-DAY - days * DAY), { replicasBehind: ["eu-west-1: Failed"] })).reports.map(
        ({ reason }) => reason,
      );
    expect(held(7)).toEqual([]);
    expect(held(7.1)).toEqual(["DeletionHeldBack"]);
  });

  it("goes at once on the leak path, when the record is fulfilled", () => {
    const record = aRecord({ expires: at(89 * DAY), leaked: true, existing: [3] });
    const situation = rotated(at(-SECOND), { record });
    const tokens = [old, now, aToken(3)];
    expect(shortly(decideOn({ ...situation, tokens }))).toBe("keep Healthy, Superseded 1, Superseded 3");
    const unfulfilled = rotated(at(-SECOND), { record: { ...record, expires: at(88 * DAY) } });
    expect(shortly(decideOn({ ...unfulfilled, tokens }))).toBe("rotate Leaked");
    expect(decideOn(unfulfilled).rotation?.leaked).toBe(true);
  });

  it("is reported by every pass for as long as it has leaked and something bars its deletion", () => {
    const record = aRecord({ expires: at(89 * DAY), leaked: true });
    const reports = (...[secret, observed]: [object?, object?]) =>
      decideOn(rotated(at(-SECOND), { record, ...secret }, observed)).reports.map(
        ({ reason, tokenId }) => `${reason} ${tokenId}`,
      );
    expect(reports()).toEqual([]);
    expect(reports({}, { claimedElsewhere: new Set([1]) })).toEqual(["Leaked 1"]);
    expect(reports({ replicasBehind: ["eu-west-1: Failed"] })).toEqual(["Leaked 1"]);
  });
});

describe("a token made by hand that was replaced", () => {
  const record = aRecord({ expires: at(89 * DAY), existing: [3] });
  const with3 = (expiresAt: Date | undefined, more: Partial<Situation> = {}): Situation => ({
    ...rotated(at(-10 * DAY), {
      record,
      versions: [{ id: versionOf(now, at(-10 * DAY)), labels: ["AWSCURRENT"] }],
    }),
    tokens: [now, aToken(3, { expiresAt })],
    ...more,
  });
  const days = (count: number) => declared({ existingOverlap: milliseconds(count * DAY) });

  it.each<[string, Situation, string]>([
    ["stays until it has expired", with3(at(0)), "keep Healthy"],
    ["goes when it has expired", with3(at(-1)), "keep Healthy, Superseded 3"],
    ["goes after a duration", with3(at(50 * DAY), { entry: days(10) }), "keep Healthy, Superseded 3"],
    ["stays for its duration", with3(at(50 * DAY), { entry: days(11) }), "keep Healthy"],
    [
      "stays until it has expired where ListSecrets is denied",
      with3(at(50 * DAY), { entry: days(10), observed: { sweepComplete: false } }),
      "keep Healthy",
    ],
    ["stays when it never expires", with3(undefined), "keep Healthy"],
  ])("%s", (_, situation, expected) => {
    expect(shortly(decideOn(situation))).toBe(expected);
  });

  it("is reported when it never expires", () => {
    expect(decideOn(with3(undefined)).reports).toMatchObject([{ reason: "NeverExpires", tokenId: 3 }]);
  });

  it("is never deleted while AWSCURRENT names it, whatever the record says", () => {
    const listed = aRecord({ expires: at(89 * DAY), existing: [2], strays: [2], at: at(-DAY) });
    expect(shortly(decideOn(rotated(passed, { record: listed })))).toBe(DELETES);
  });
});

describe("a stray", () => {
  const record = aRecord({ at: at(-20 * MINUTE), expires: at(89 * DAY) });
  const stray = aToken(9, { expiresAt: at(89 * DAY) });
  const healthy = aToken(1);
  const left = (
    more: SecretOptions = {},
    observed: Situation["observed"] = { versionIds: [] },
  ): Situation => ({
    tokens: [healthy, stray],
    secret: aSecret({ current: versionOf(healthy), record, ...more }),
    observed,
  });
  it.each<[string, Situation, string]>([
    ["goes as stray_after has passed", left(), "keep Healthy, Stray 9"],
    [
      "goes where the secret has no value",
      { ...left({ versions: [] }), tokens: [stray] },
      "create Missing, Stray 9",
    ],
    [
      "is left alone, with all else, a second earlier",
      left({ record: { ...record, at: at(-20 * MINUTE + SECOND) } }),
      "report InProgress",
    ],
    ["stays while the versions are not known", left({}, {}), "keep Healthy"],
    [
      "is none when a version without a label names it",
      left({ lastChangedAt: at(-HOUR) }, { versionIds: [versionOf(stray, at(-HOUR))] }),
      "keep Healthy",
    ],
    [
      "is none when its expiry is another",
      { ...left(), tokens: [healthy, aToken(9, { expiresAt: at(89 * DAY + SECOND) })] },
      "keep Healthy",
    ],
    [
      "stays while the current value is somebody else's",
      { ...left({ current: "theirs" }), entry: declared({ adoptSecret: true }) },
      "rotate Renewing",
    ],
    [
      "goes by its id where the record lists it, though fulfilled",
      left({ record: aRecord({ at: at(-HOUR), expires: at(60 * DAY), strays: [9] }) }),
      "keep Healthy, Stray 9",
    ],
  ])("%s", (_, situation, expected) => {
    const entry = situation.entry && declared({ adoptSecret: true, renewBefore: milliseconds(80 * DAY) });
    expect(shortly(decideOn({ ...situation, ...(entry && { entry }) }))).toBe(expected);
  });

  it("that could not be deleted is carried into the next record", () => {
    const situation = left({ record: { ...record, at: at(-HOUR) } });
    expect(decideOn({ ...situation, request: "rotate" }).rotation?.strays).toEqual([9]);
  });
});

describe("in progress", () => {
  const lifetime = 90 * DAY;
  const unknown = (expiresAt: Date): Situation => ({ tokens: [aToken(1, { expiresAt })] });
  it.each<[string, Situation, string]>([
    [
      "an unfulfilled record",
      { secret: aSecret({ record: aRecord({ at: at(-MINUTE) }) }) },
      "report InProgress",
    ],
    [
      "not once it is undone",
      { secret: aSecret({ record: aRecord({ at: at(-MINUTE), undone: true }) }) },
      "create Missing",
    ],
    ["a token that may have been made just now", unknown(at(lifetime)), "report InProgress"],
    [
      "a token that may have been made within stray_after, with the whole random part",
      unknown(at(lifetime - 30 * MINUTE)),
      "report InProgress",
    ],
    ["not one that must be older", unknown(at(lifetime - 30 * MINUTE - 1)), "keep Healthy"],
    ["not one that must have been made in another way", unknown(at(lifetime + MINUTE + 1)), "keep Healthy"],
  ])("%s", (_, situation, expected) => {
    expect(shortly(decideOn(situation))).toBe(expected);
  });
});

describe("not sure: nothing is rotated and nothing deleted", () => {
  const due = declared({ renewBefore: milliseconds(89.5 * DAY) });
  const secret = (more: SecretOptions): Situation => ({ ...rotated(passed, more), entry: due });
  it.each<[string, Situation]>([
    ["ForeignSecret", secret({ tags: { [LINEAGE_TAG]: "gitlab.example.com projects/7 t" } })],
    ["ForeignSecret", secret({ current: "theirs" })],
    ["SecretPendingDeletion", secret({ deletionDate: at(DAY) })],
    ["SecretIsReplica", secret({ isReplica: true })],
    ["SecretRotationEnabled", secret({ rotationEnabled: true })],
    ["SecretOwnedByService", secret({ owningService: "rds" })],
    ["ClockSkew", { ...rotated(passed, {}, { clockSkew: 60_001 }), entry: due }],
    ["ClockSkew", { ...rotated(passed, {}, { clockSkew: -60_001 }), entry: due }],
    ["ClockSkew", secret({ current: versionOf(now, at(61 * SECOND)) })],
    ["ClockSkew", secret({ record: aRecord({ at: at(61 * SECOND), expires: at(89 * DAY) }) })],
    ["Ambiguous", { tokens: [aToken(5), aToken(6)], entry: due }],
    [
      "DuplicateSecret",
      { ...rotated(passed, {}, { secret: { status: "duplicate", names: ["a", "b"] } }), entry: due },
    ],
  ])("%s", (reason, situation) => {
    const decision = decideOn(situation);
    expect(shortly(decision)).toBe(`report ${reason}`);
    expect(decision.main.keptFromRotating).toBe(true);
    expect(decision.rotation).toBeUndefined();
  });

  it("a minute of clock skew is none", () => {
    expect(shortly(decideOn(rotated(passed, {}, { clockSkew: 60_000 })))).toBe(DELETES);
  });

  it("a conflict of a healthy lineage is no failure", () => {
    expect(decideOn(rotated(passed, { isReplica: true })).main.keptFromRotating).toBe(false);
  });
});

describe("stripped tags", () => {
  const stripped = { tags: {} };
  it("are put back where the current version names a live token that nobody else claims", () => {
    const decision = decideOn(rotated(passed, stripped));
    expect([decision.restoreTags, shortly(decision)]).toEqual([true, DELETES]);
  });

  it.each<[string, Situation]>([
    ["another secret claims it", rotated(passed, stripped, { claimedElsewhere: new Set([2]) })],
    ["other secrets cannot be seen", rotated(passed, stripped, { sweepComplete: false })],
    ["its token is gone", { ...rotated(passed, stripped), tokens: [old] }],
    ["its token is revoked", { ...rotated(passed, stripped), tokens: [old, { ...now, revoked: true }] }],
  ])("are not put back where %s", (_, situation) => {
    const decision = decideOn({ ...situation, now: T0 });
    expect(decision.restoreTags).toBe(false);
    expect(shortly(decision)).toBe("report ForeignSecret");
  });
});

it("takes no token for a stray that only bears a fulfilled record's expiry", () => {
  const record = aRecord({ expires: at(89 * DAY) });
  const twin = aToken(9, { expiresAt: at(89 * DAY) });
  const decision = decideOn({ ...rotated(passed, { record }, { versionIds: [] }), tokens: [old, now, twin] });
  expect([shortly(decision), decision.reports[0]?.reason]).toEqual([DELETES, "Unrecognised"]);
});

it("never takes another lineage's secret, adopt_secret or not", () => {
  const tags = { [LINEAGE_TAG]: "gitlab.example.com projects/7 t" };
  const decision = decideOn({
    ...rotated(passed, { tags }),
    entry: declared({ adoptSecret: true }),
    request: "rotate",
  });
  expect(shortly(decision)).toBe("report ForeignSecret");
});

it("deletes nothing that a value put by somebody else may have superseded", () => {
  const record = aRecord({ existing: [1] });
  const { deletions, waiting } = decideOn({
    ...rotated(passed, { current: "theirs", record }),
    entry: declared({ adoptSecret: true }),
  });
  expect(deletions).toEqual([]);
  expect(waiting[0]?.message).toContain("current value is not ours");
});

it("reports a token that nobody accounts for, and rotates on without ever listing it", () => {
  const decision = decideOn({ ...rotated(passed), tokens: [old, now, aToken(8)], request: "rotate" });
  expect(decision.reports).toMatchObject([{ reason: "Unrecognised", tokenId: 8 }]);
  expect(decision.rotation).toMatchObject({ existing: [], strays: [] });
});

it("says that a secret has another name than the policy's, and goes on in it", () => {
  const decision = decideOn(rotated(passed, { name: "elsewhere" }));
  expect([shortly(decision), decision.reports[0]?.reason]).toEqual([DELETES, "SecretRenamed"]);
});

describe("an empty secret of ours beside a token made by hand", () => {
  const byHand = aToken(7, { expiresAt: at(80 * DAY) });
  const unfinished = aSecret({ record: aRecord({ undone: true }) });
  it.each<[string, Situation, string]>([
    [
      "is filled when a rotation into it was begun: nobody knows that token's value",
      { tokens: [byHand], secret: unfinished },
      "rotate ExistingReplaced",
    ],
    ["waits for the renewal when none was begun", { tokens: [byHand], secret: aSecret() }, "keep Healthy"],
    [
      "is left alone where the policy only reports",
      { tokens: [byHand], secret: unfinished, entry: declared({ existing: "report" }) },
      "report Existing",
    ],
    [
      "is filled once that token is dead, even where the policy only reports",
      {
        tokens: [aToken(7, { expiresAt: at(-DAY) })],
        secret: unfinished,
        entry: declared({ existing: "report" }),
      },
      "rotate Expired",
    ],
  ])("%s", (_, situation, expected) => {
    expect(shortly(decideOn(situation))).toBe(expected);
  });
});

describe("a secret that was given up for another", () => {
  const held = { tokens: [now], observed: { claimedElsewhere: new Set([2]) } };
  it("has its token replaced at once, which then stays as long as one made by hand", () => {
    const decision = decideOn(held);
    expect(shortly(decision)).toBe("rotate SecretMoved");
    expect(decision.rotation?.existing).toEqual([2]);
  });
});

describe("a value that somebody put over ours", () => {
  const adopting = { entry: declared({ adoptSecret: true }) };
  it.each<[string, Situation, string]>([
    [
      "stays until our token is due",
      { ...rotated(passed, { current: "theirs", previous: versionOf(now) }), ...adopting },
      "keep Healthy",
    ],
    [
      "is replaced when no token of ours lives on",
      {
        ...rotated(passed, { current: "theirs" }),
        tokens: [{ ...old, revoked: true }],
        ...adopting,
      },
      "create Missing",
    ],
  ])("%s", (_, situation, expected) => {
    expect(shortly(decideOn(situation))).toBe(expected);
  });
});

describe("a version that only the list of versions shows", () => {
  const unseen = (storedAt: Date, secret: Parameters<typeof rotated>[1] = {}): Situation =>
    rotated(passed, secret, { versionIds: [versionOf(aToken(3, { expiresAt: at(90 * DAY) }), storedAt)] });
  it("bars everything while it is young: the description may be minutes old", () => {
    expect(shortly(decideOn(unseen(at(-20 * MINUTE + SECOND))))).toBe("report InProgress");
  });
  it("bars everything, too, where people took our tags away", () => {
    expect(shortly(decideOn(unseen(at(-20 * MINUTE + SECOND), { tags: {} })))).toBe("report InProgress");
  });
  it("has lost its labels as all do, when it is older than what is shown", () => {
    const before = versionOf(aToken(1, { expiresAt: at(10 * DAY) }), at(-19 * MINUTE));
    const decision = decideOn(rotated(at(-18 * MINUTE), {}, { versionIds: [before] }));
    expect(shortly(decision)).toBe("keep Healthy");
  });

  describe("when it names a leaked token", () => {
    const leaked = aToken(1, { expiresAt: at(10 * DAY) });
    const decided = (storedAt: Date, before: readonly string[] = []) => {
      const unlabelled = versionOf(leaked, storedAt);
      const record = aRecord({ expires: at(89 * DAY), leaked: true });
      return decideOn({
        ...rotated(at(-SECOND), { record }, { versionIds: [unlabelled], versionsBefore: new Set(before) }),
        tokens: [now, leaked],
      });
    };
    const shortlyAfter = at(-3 * SECOND);
    it("may be the current one when both were stored at once, so that token waits for stray_after", () => {
      const { deletions, reports, waiting } = decided(shortlyAfter);
      expect(deletions).toEqual([]);
      expect(waiting).toMatchObject([{ tokenId: 1, until: at(20 * MINUTE - 3 * SECOND) }]);
      expect(reports).toMatchObject([{ reason: "Leaked", tokenId: 1 }]);
    });
    it("is not, when it was there before this process stored its own", () => {
      const { deletions } = decided(shortlyAfter, [versionOf(leaked, shortlyAfter)]);
      expect(deletions).toMatchObject([{ tokenId: 1 }]);
    });
    it("is not, when it was stored longer before than a rotation may last", () => {
      expect(decided(at(-8 * MINUTE)).deletions).toMatchObject([{ tokenId: 1 }]);
    });
  });

  it("is one that people took the labels from, once it is older", () => {
    expect(shortly(decideOn(unseen(at(-20 * MINUTE))))).toBe(DELETES);
  });
});

it("makes no other token while three that failed cannot be deleted", () => {
  const strays = [11, 12, 13].map((id) => aToken(id));
  const record = aRecord({ at: at(-DAY), expires: at(70 * DAY), strays: [11, 12, 13], undone: true });
  const on = (tokens: readonly DeployToken[]) =>
    decideOn({ tokens, secret: aSecret({ record }), observed: { versionIds: [] } });
  expect(shortly(on(strays))).toBe("report Halted, Stray 11, Stray 12, Stray 13");
  expect(on(strays).main.keptFromRotating).toBe(true);
  expect(shortly(on(strays.slice(1)))).toBe("create Missing, Stray 12, Stray 13");
});

it("deletes no stray that another secret names: people copy secrets with their tags", () => {
  const record = aRecord({ expires: at(60 * DAY) });
  const observed = { versionIds: [], claimedElsewhere: new Set([5]) };
  expect(decideOn({ tokens: [aToken(5)], secret: aSecret({ record }), observed }).deletions).toEqual([]);
});
