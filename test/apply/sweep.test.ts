import { describe, expect, it } from "vitest";
import { sweepSecrets } from "../../src/apply/sweep.ts";
import { MINUTE } from "../../src/model/duration.ts";
import { SecretStoreError, type SecretStoreErrorCode } from "../../src/model/errors.ts";
import type { SecretStore } from "../../src/model/ports.ts";
import { aLineage, aSecret, SAFETY, T0 } from "../plan/builders.ts";

const INSTANCE = "gitlab.example.com";

/** A world in which the store can be listed, as `list` says. */
const sweepable = (list: SecretStore["list"]) => {
  let monotonic = 0;
  const store: SecretStore = {
    list,
    describe: () => Promise.resolve(undefined),
    versions: () => Promise.resolve([]),
    ensure: (name) => Promise.resolve(name),
    record: () => Promise.resolve(),
    put: () => Promise.resolve(),
  };
  const clock = { now: () => T0, monotonic: () => monotonic, sleep: () => Promise.resolve() };
  return {
    sweep: () => sweepSecrets({ store, clock, safety: SAFETY }, INSTANCE),
    wait: (milliseconds: number): void => {
      monotonic += milliseconds;
    },
  };
};

const failing = (code: SecretStoreErrorCode) =>
  sweepable(async function* () {
    yield aSecret();
    throw new SecretStoreError("secrets/a.json is damaged", { code, step: "list", outcome: "refused" });
  });

it.each(["ERR_SECRET_ACCESS_DENIED", "ERR_SECRET_INVALID"] as const)(
  "goes on with the secrets that were seen after %s, and says that they are not all",
  async (code) => {
    const sweep = await failing(code).sweep();
    expect(sweep.tagged(aLineage().tag)).toHaveLength(1);
    expect([sweep.complete, sweep.incompleteBecause]).toEqual([false, "secrets/a.json is damaged"]);
  },
);

it("fails when the store cannot be reached: nothing at all is known then", async () => {
  await expect(failing("ERR_SECRET_UNAVAILABLE").sweep()).rejects.toThrow("damaged");
});

describe("a sweep that is acted upon", () => {
  it("is made anew once and no more, where listing takes too long for what it shows to be acted upon", async () => {
    let sweeps = 0;
    const world = sweepable(async function* () {
      sweeps += 1;
      world.wait(11 * MINUTE);
      yield aSecret();
    });
    const first = await world.sweep();
    await expect(first.upToDate()).rejects.toThrow("raise safety.stray_after");
    expect(sweeps).toBe(2);
  });

  it("is made anew, once for all, when half of stray_after has passed", async () => {
    let sweeps = 0;
    const world = sweepable(async function* () {
      sweeps += 1;
      if (sweeps > 1) yield aSecret();
    });
    const first = await world.sweep();
    world.wait(10 * MINUTE);
    expect(await first.upToDate()).toBe(first);
    world.wait(1);
    const [one, other] = await Promise.all([first.upToDate(), first.upToDate()]);
    expect([one.tagged(aLineage().tag).length, one === other, sweeps]).toEqual([1, true, 2]);
  });

  it("is tried again by the next that needs it after it could not be made", async () => {
    let sweeps = 0;
    const world = sweepable(async function* () {
      sweeps += 1;
      yield* [];
      if (sweeps === 2)
        throw new SecretStoreError("no answer", {
          code: "ERR_SECRET_UNAVAILABLE",
          step: "list",
          outcome: "unknown",
        });
    });
    const first = await world.sweep();
    world.wait(11 * MINUTE);
    await expect(first.upToDate()).rejects.toThrow("no answer");
    expect(await first.upToDate()).not.toBe(first);
  });
});
