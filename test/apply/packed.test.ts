import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPackedSecrets } from "../../src/apply/packed-secrets.ts";
import { createPackedTexts } from "../../src/apply/packed-texts.ts";
import { createTokenTable } from "../../src/apply/token-table.ts";
import type { DeployToken } from "../../src/model/deploy-token.ts";
import type { SecretDescription } from "../../src/model/ports.ts";

const text = fc.string({ unit: "grapheme", maxLength: 40 });
const time = fc.date({ noInvalidDate: true });

const aDescription: fc.Arbitrary<SecretDescription> = fc
  .record({
    before: text,
    after: text,
    holdsName: fc.boolean(),
    name: text,
    versions: fc.array(fc.record({ id: text, labels: fc.array(text, { maxLength: 3 }) }), { maxLength: 3 }),
    tags: fc.dictionary(text, text, { maxKeys: 4, noNullPrototype: true }),
    lastChangedAt: fc.option(time, { nil: undefined }),
    deletionDate: fc.option(time, { nil: undefined }),
    isReplica: fc.boolean(),
    rotationEnabled: fc.boolean(),
    owningService: fc.option(text, { nil: undefined }),
    replicasBehind: fc.array(text, { maxLength: 2 }),
  })
  .map(({ before, after, holdsName, ...secret }) => ({
    ...secret,
    arn: holdsName ? `${before}${secret.name}${after}` : `${before}${after}`,
  }));

const aToken: fc.Arbitrary<DeployToken> = fc
  .record({
    id: fc.integer({ min: 1 }),
    name: text,
    given: fc.boolean(),
    username: text,
    expiresAt: fc.option(time, { nil: undefined }),
    scopes: fc.array(text, { maxLength: 3 }),
    revoked: fc.boolean(),
  })
  .map(({ given, username, ...token }) => ({
    ...token,
    username: given ? `gitlab+deploy-token-${token.id}` : username,
  }));

describe("what is kept packed", () => {
  it("is given back as it was: secrets", () => {
    fc.assert(
      fc.property(fc.array(aDescription, { maxLength: 20 }), (secrets) => {
        const packed = createPackedSecrets();
        for (const secret of secrets) packed.add(secret);
        expect([...packed]).toEqual(secrets);
        expect(secrets.map((_, index) => packed.at(index))).toEqual(secrets);
      }),
      { numRuns: 200 },
    );
  });

  it("is given back as it was: secrets with zeros and halves of surrogate pairs in any text", () => {
    const odd = {
      name: "a\u0000b",
      arn: "x:a\u0000b-y",
      owningService: "\u0000",
      replicasBehind: ["\ud800"],
    };
    const versions = [{ id: "\udc00", labels: ["\u0000", ""] }];
    const rest = {
      lastChangedAt: undefined,
      deletionDate: undefined,
      isReplica: true,
      rotationEnabled: false,
    };
    const secrets: SecretDescription[] = [
      { ...rest, ...odd, versions, tags: { "\u0000": "\ud800" } },
      { ...rest, ...odd, name: "[", arn: "[", versions: [], tags: { ["__proto__"]: "[" } },
      { ...rest, ...odd, name: "", arn: "", versions: [{ id: "", labels: [] }], tags: { "": "" } },
      { ...rest, ...odd, isReplica: false, owningService: undefined, replicasBehind: [], versions, tags: {} },
    ];
    const packed = createPackedSecrets();
    for (const secret of secrets) packed.add(secret);
    expect([...packed]).toEqual(secrets);
  });

  it("is given back as it was: tokens, the last of those that share an id", () => {
    fc.assert(
      fc.property(fc.array(aToken, { maxLength: 200 }), (tokens) => {
        const table = createTokenTable();
        for (const token of tokens) table.add(token);
        const last = new Map(tokens.map((token) => [token.id, token]));
        expect(table.size).toBe(last.size);
        for (const [id, token] of last) expect(table.get(id)).toEqual(token);
        expect(table.get(0)).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });

  it("is given back as it was: texts of every length, over many chunks", () => {
    const texts = createPackedTexts();
    const written = Array.from(
      { length: 3_000 },
      (_, index) => `${index} ${"ä".repeat((index * 37) % 2_000)}`,
    );
    written.splice(100, 0, "x".repeat(3_000_000), "");
    for (const one of written) texts.add(one);
    expect(texts.size).toBe(written.length);
    for (const [index, one] of written.entries())
      if (texts.at(index) !== one) throw new Error(`text ${index} differs`);
  });
});
