import { expect, test } from "vitest";
import { createPace } from "../../src/store/pace.ts";
import { storeClock } from "./store-clock.ts";

test("gives calls that come at once their turns one after the other", async () => {
  const slept: number[] = [];
  const frozen = { ...storeClock(), monotonic: () => 0, sleep: async (by: number) => void slept.push(by) };
  const pace = createPace(frozen, 5);
  await Promise.all([1, 2, 3, 4].map((each) => pace(async () => each)));
  expect(slept).toEqual([200, 400, 600]);
});

test("lets a call through at once when its turn has come", async () => {
  const clock = storeClock();
  const pace = createPace(clock, 5);
  await pace(async () => undefined);
  clock.advance(200);
  await pace(async () => undefined);
  expect(clock.slept).toEqual([]);
});

test("does not wait for the wall clock when that goes back", async () => {
  const clock = storeClock();
  const pace = createPace({ ...clock, now: () => new Date(0) }, 5);
  await pace(async () => undefined);
  clock.advance(1000);
  await pace(async () => undefined);
  expect(clock.slept).toEqual([]);
});
