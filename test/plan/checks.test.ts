import { describe, expect, it } from "vitest";
import { DAY, HOUR, milliseconds } from "../../src/model/duration.ts";
import {
  aSecret,
  aToken,
  at,
  decideOn,
  declared,
  matched,
  type Situation,
  shortly,
  versionOf,
} from "./builders.ts";

/** A lineage whose current token is stored, as its version says. */
const stored = (more: Parameters<typeof aToken>[1] = {}, storedAt?: Date): Situation => {
  const token = aToken(1, more);
  return { tokens: [token], secret: aSecret({ current: versionOf(token, storedAt) }) };
};
const byHand = (more: Parameters<typeof aToken>[1] = {}): Situation => ({ tokens: [aToken(1, more)] });

describe("why a lineage is due", () => {
  it.each<[string, Situation, string]>([
    ["no token and no secret", {}, "create Missing"],
    ["no token and an empty secret", { secret: aSecret() }, "create Missing"],
    ["a revoked token", stored({ revoked: true }), "rotate Revoked"],
    ["a token one ms past its expiry", stored({ expiresAt: at(-1000 + 999) }), "rotate Expired"],
    [
      "a token at the instant of its expiry, which is still live",
      stored({ expiresAt: at(0) }),
      "rotate Renewing",
    ],
    ["a current token that GitLab has no more", { ...stored(), tokens: [] }, "rotate CurrentTokenGone"],
    [
      "a current token whose id was given out again",
      { ...stored(), tokens: [aToken(1, { expiresAt: at(70 * DAY) })] },
      "rotate CurrentTokenGone",
    ],
    ["other scopes", stored({ scopes: ["read_repository"] }), "rotate ScopesChanged"],
    [
      "the same scopes in another order",
      {
        ...stored({ scopes: ["b", "read_registry"] }),
        entry: declared({ scopes: ["read_registry", "b" as never] }),
      },
      "keep Healthy",
    ],
    [
      "other scopes, one ms before the version is overlap old",
      stored({ scopes: ["read_repository"] }, at(-24 * HOUR + 1000)),
      "keep Healthy",
    ],
    [
      "other scopes, as the version is overlap old",
      stored({ scopes: ["read_repository"] }, at(-24 * HOUR)),
      "rotate ScopesChanged",
    ],
    [
      "another username, which the policy names",
      { ...stored(), entry: declared({ username: "u" }) },
      "rotate UsernameChanged",
    ],
    ["another username, which the policy leaves open", stored({ username: "u" }), "keep Healthy"],
    ["one made by hand that never expires", byHand({ expiresAt: undefined }), "report NeverExpires"],
    [
      "one that never expires, where the policy rotates those",
      { ...byHand({ expiresAt: undefined }), entry: declared({ neverExpires: "rotate" }) },
      "rotate NeverExpires",
    ],
    ["one ms before renew_before", stored({ expiresAt: at(30 * DAY + 1) }), "keep Healthy"],
    ["at renew_before", stored({ expiresAt: at(30 * DAY) }), "rotate Renewing"],
    ["one made by hand that is not due", byHand(), "keep Healthy"],
    ["one made by hand that is due", byHand({ expiresAt: at(DAY) }), "rotate Renewing"],
    [
      "one made by hand, where the policy replaces those",
      { ...byHand(), entry: declared({ existing: "replace" }) },
      "rotate ExistingReplaced",
    ],
    [
      "one made by hand that is due, where the policy only reports those",
      { ...byHand({ expiresAt: at(DAY) }), entry: declared({ existing: "report" }) },
      "report Existing",
    ],
    ["a request", { ...stored(), request: "rotate" }, "rotate Requested"],
  ])("%s: %s", (_, situation, expected) => {
    expect(shortly(decideOn(situation))).toBe(expected);
  });

  it("names the first reason of the chain when several hold", () => {
    const wrong = { expiresAt: at(-DAY), scopes: ["read_repository"], revoked: true };
    expect(shortly(decideOn(stored(wrong)))).toBe("rotate Revoked");
    expect(shortly(decideOn(stored({ ...wrong, revoked: false })))).toBe("rotate Expired");
    expect(
      shortly(decideOn({ ...stored({ scopes: ["read_repository"] }), entry: declared({ username: "u" }) })),
    ).toBe("rotate ScopesChanged");
    expect(shortly(decideOn({ ...stored({ expiresAt: at(DAY) }), entry: declared({ username: "u" }) }))).toBe(
      "rotate UsernameChanged",
    );
  });
});

describe("a match", () => {
  const entry = matched();
  it.each<[string, Situation, string]>([
    ["renews a token that has expired in its secret", stored({ expiresAt: at(-DAY) }), "rotate Expired"],
    ["leaves the name of a revoked token alone", stored({ revoked: true }), "report Removed"],
    ["leaves the name of a deleted token alone", { ...stored(), tokens: [] }, "report Removed"],
    [
      "takes the name up again once somebody made another",
      { ...stored(), tokens: [aToken(2)] },
      "rotate CurrentTokenGone",
    ],
    ["leaves an expired token alone that no secret holds", byHand({ expiresAt: at(-DAY) }), "report Removed"],
  ])("%s", (_, situation, expected) => {
    expect(shortly(decideOn({ ...situation, entry }))).toBe(expected);
  });

  it("gives the new token the scopes of the old one", () => {
    const { rotation } = decideOn({
      ...byHand({ expiresAt: at(DAY), scopes: ["write_registry", "read_repository"] }),
      entry,
    });
    expect(rotation).toMatchObject({ scopes: ["read_repository", "write_registry"], existing: [1] });
  });
});

describe("the username of a new token", () => {
  it.each([
    ["the policy's", { username: "p" }, "old", "p"],
    ["the old token's own", {}, "old", "old"],
    ["the token's name, where GitLab gave the old one", {}, "gitlab+deploy-token-1", "t"],
  ])("is %s", (_, more, username, expected) => {
    const entry = declared({ existing: "replace", lifetime: milliseconds(90 * DAY), ...more });
    expect(decideOn({ ...byHand({ username }), entry }).rotation?.username).toBe(expected);
  });
});
