import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { SecretStoreError } from "../../src/model/errors.ts";
import { LINEAGE_TAG, ROTATION_TAG } from "../../src/model/names.ts";
import type { SecretDescription, SecretStore } from "../../src/model/ports.ts";
import { Secret } from "../../src/model/secret.ts";
import { encodeVersionId } from "../../src/model/version-id.ts";
import { T0 } from "./store-clock.ts";

export interface OpenedStore {
  readonly store: SecretStore;
  /** A name that no other test uses. */
  name(): string;
  /** What a consumer reads at a label. */
  read(secret: string, label: string): Promise<string | undefined>;
  close(): Promise<void>;
}

export const versionId = (tokenId: number): string =>
  encodeVersionId({ tokenId, storedAt: T0, expiresAt: new Date(T0.getTime() + 90 * 86_400_000) });

export const putting = (tokenId: number, value: string) => ({
  versionId: versionId(tokenId),
  value: new Secret(value),
  gate: () => undefined,
});

export const failureOf = async (attempt: Promise<unknown>): Promise<SecretStoreError> => {
  try {
    await attempt;
  } catch (error) {
    return error as SecretStoreError;
  }
  throw new Error("nothing was thrown");
};

const TAGS = {
  [LINEAGE_TAG]: "gitlab.example.com projects/42 registry-pull",
  "managed-by": "deploy-token-rotator",
};

const labelsOf = (description: SecretDescription | undefined): Record<string, readonly string[]> =>
  Object.fromEntries((description?.versions ?? []).map(({ id, labels }) => [id, labels]));

const collect = async (secrets: AsyncIterable<SecretDescription>): Promise<SecretDescription[]> => {
  const all: SecretDescription[] = [];
  for await (const secret of secrets) all.push(secret);
  return all;
};

/** What the rest of the program relies on, whichever store it is. */
export const storeContract = (kind: string, open: () => Promise<OpenedStore>): void => {
  describe(`${kind} as a store`, () => {
    let opened: OpenedStore;
    let store: SecretStore;
    let name: string;
    beforeEach(async () => {
      opened = await open();
      ({ store } = opened);
      name = opened.name();
    });
    afterEach(() => opened.close());

    test("describes a secret that does not exist as undefined", async () => {
      expect(await store.describe(name)).toBeUndefined();
    });

    test("creates a secret without a value, with its tags", async () => {
      const arn = await store.ensure(name, TAGS);
      expect(await store.describe(name)).toMatchObject({
        arn,
        name,
        versions: [],
        tags: TAGS,
        deletionDate: undefined,
        isReplica: false,
        rotationEnabled: false,
        owningService: undefined,
        replicasBehind: [],
      });
      expect(await opened.read(name, "AWSCURRENT")).toBeUndefined();
    });

    test("ensures what exists by changing nothing", async () => {
      const arn = await store.ensure(name, TAGS);
      await store.put(arn, putting(1, "one-one-one"));
      const before = await store.describe(name);
      expect(await store.ensure(name, { [LINEAGE_TAG]: "another" })).toBe(arn);
      expect(await store.describe(name)).toEqual(before);
    });

    test("addresses a secret by what ensure and describe return", async () => {
      const arn = await store.ensure(name, TAGS);
      await store.record(arn, { [ROTATION_TAG]: "at=x" });
      await store.put(arn, putting(1, "one-one-one"));
      expect(await store.describe(arn)).toEqual(await store.describe(name));
      expect(await store.versions(arn)).toEqual([versionId(1)]);
    });

    test("records tags and leaves the others", async () => {
      await store.ensure(name, TAGS);
      await store.record(name, { [ROTATION_TAG]: "at=2026-11-23T03:00:05Z expires=2027-02-21T02:55:47Z" });
      await store.record(name, { [ROTATION_TAG]: "at=later" });
      expect((await store.describe(name))?.tags).toEqual({ ...TAGS, [ROTATION_TAG]: "at=later" });
    });

    test("moves AWSCURRENT and AWSPREVIOUS with each put, and keeps the ids of all versions", async () => {
      await store.ensure(name, TAGS);
      await store.put(name, putting(1, "one-one-one"));
      expect(labelsOf(await store.describe(name))).toEqual({ [versionId(1)]: ["AWSCURRENT"] });
      await store.put(name, putting(2, "two-two-two"));
      await store.put(name, putting(3, "three-three"));
      expect(labelsOf(await store.describe(name))).toEqual({
        [versionId(2)]: ["AWSPREVIOUS"],
        [versionId(3)]: ["AWSCURRENT"],
      });
      expect([...(await store.versions(name))].sort()).toEqual([1, 2, 3].map(versionId));
      expect(await opened.read(name, "AWSCURRENT")).toBe("three-three");
      expect(await opened.read(name, "AWSPREVIOUS")).toBe("two-two-two");
    });

    test("takes the same version with the same value again and moves nothing", async () => {
      await store.ensure(name, TAGS);
      await store.put(name, putting(1, "one-one-one"));
      await store.put(name, putting(2, "two-two-two"));
      const before = await store.describe(name);
      await store.put(name, putting(2, "two-two-two"));
      await store.put(name, putting(1, "one-one-one"));
      expect(labelsOf(await store.describe(name))).toEqual(labelsOf(before));
    });

    test("refuses the same version with another value", async () => {
      await store.ensure(name, TAGS);
      await store.put(name, putting(1, "one-one-one"));
      expect(await failureOf(store.put(name, putting(1, "other-other")))).toMatchObject({
        code: "ERR_SECRET_INVALID",
        outcome: "refused",
        step: "put",
        secretId: name,
      });
      expect(await opened.read(name, "AWSCURRENT")).toBe("one-one-one");
    });

    test("refuses to put, record or list versions of what does not exist", async () => {
      const expected = { code: "ERR_SECRET_NOT_FOUND", secretId: name };
      expect(await failureOf(store.put(name, putting(1, "x")))).toMatchObject({
        ...expected,
        outcome: "refused",
      });
      expect(await failureOf(store.record(name, TAGS))).toMatchObject(expected);
      expect(await failureOf(store.versions(name))).toMatchObject(expected);
    });

    test.each(["has space", "question?", "é", "", "n".repeat(513)])("refuses the name %j", async (bad) => {
      expect(await failureOf(store.ensure(bad, TAGS))).toMatchObject({
        code: "ERR_SECRET_INVALID",
        outcome: "refused",
        step: "ensure",
      });
    });

    test("refuses a version id, and a value, of the wrong length", async () => {
      await store.ensure(name, TAGS);
      const refused = { code: "ERR_SECRET_INVALID", outcome: "refused" };
      const put = putting(1, "one-one-one");
      expect(await failureOf(store.put(name, { ...put, versionId: "short" }))).toMatchObject(refused);
      expect(await failureOf(store.put(name, { ...put, versionId: "x".repeat(65) }))).toMatchObject(refused);
      expect(await failureOf(store.put(name, putting(1, "")))).toMatchObject(refused);
      expect(await failureOf(store.put(name, putting(1, "x".repeat(65_537))))).toMatchObject(refused);
      expect(await failureOf(store.put(name, putting(1, "é".repeat(32_769))))).toMatchObject(refused);
      await store.put(name, putting(1, "x".repeat(65_536)));
    });

    test("throws what the gate throws, as it is, and stores nothing", async () => {
      await store.ensure(name, TAGS);
      const reason = new Error("past the deadline");
      const gate = () => {
        throw reason;
      };
      expect(await failureOf(store.put(name, { ...putting(1, "one-one-one"), gate }))).toBe(reason);
      expect((await store.describe(name))?.versions).toEqual([]);
    });

    test("throws what the gate of a record throws, and sets no tag", async () => {
      await store.ensure(name, TAGS);
      const reason = new Error("past the deadline");
      const gate = () => {
        throw reason;
      };
      expect(await failureOf(store.record(name, { team: "other" }, { gate, over: undefined }))).toBe(reason);
      expect((await store.describe(name))?.tags).toEqual(TAGS);
    });

    test("lists the secrets with a lineage tag, with their labels, and no others", async () => {
      const [plain, near] = [opened.name(), opened.name()];
      await store.ensure(name, TAGS);
      await store.put(name, putting(1, "one-one-one"));
      await store.ensure(plain, { team: "platform" });
      await store.ensure(near, { [`${LINEAGE_TAG}-of-somebody`]: "x" });
      const listed = (await collect(store.list())).filter((secret) =>
        [name, plain, near].includes(secret.name),
      );
      expect(listed).toHaveLength(1);
      expect(listed[0]).toMatchObject({ name, tags: TAGS });
      expect(labelsOf(listed[0])).toEqual({ [versionId(1)]: ["AWSCURRENT"] });
    });

    test("keeps two names apart that differ only in case, dots or slashes", async () => {
      const names = [`${name}/a`, `${name}/A`, `${name}.a`, `${name}/a/.`, `${name}/../a`];
      for (const [index, each] of names.entries()) {
        await store.ensure(each, TAGS);
        await store.put(each, putting(1, `value-of-${index}`));
      }
      expect(await Promise.all(names.map((each) => opened.read(each, "AWSCURRENT")))).toEqual(
        names.map((_, index) => `value-of-${index}`),
      );
    });

    test("keeps every version of puts that run at once, with one of them current", async () => {
      await store.ensure(name, TAGS);
      await Promise.all([1, 2, 3, 4, 5].map((id) => store.put(name, putting(id, `value-of-${id}`))));
      expect([...(await store.versions(name))].sort()).toEqual([1, 2, 3, 4, 5].map(versionId));
      const labels = Object.values(labelsOf(await store.describe(name))).flat();
      expect(labels.sort()).toEqual(["AWSCURRENT", "AWSPREVIOUS"]);
    });
  });
};
