import { expect, test } from "vitest";
import { milliseconds } from "../../src/model/duration.ts";
import { createTurns, createWritePace } from "../../src/store/pace.ts";
import { storeClock } from "./store-clock.ts";

/** A clock whose every sleep takes so much longer than it should, and begins once others have had their say. */
const lateClock = (late: () => number) => {
  const clock = storeClock();
  const sleep = async (by: number): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    await clock.sleep(milliseconds(by + late()));
  };
  return { ...clock, sleep };
};

const timesOf = async (
  clock: Pick<ReturnType<typeof storeClock>, "monotonic">,
  turns: readonly Promise<void>[],
): Promise<number[]> => {
  const times: number[] = [];
  await Promise.all(turns.map((turn) => turn.then(() => times.push(clock.monotonic()))));
  return times;
};

test("gives calls that come at once their turns one after the other", async () => {
  const clock = lateClock(() => 0);
  const turn = createTurns(clock, 5);
  expect(await timesOf(clock, [turn(), turn(), turn(), turn()])).toEqual([0, 200, 400, 600]);
});

test("lets a call through at once when its turn has come", async () => {
  const clock = storeClock();
  const turn = createTurns(clock, 5);
  await turn();
  clock.advance(200);
  await turn();
  expect(clock.slept).toEqual([]);
});

test("does not wait for the wall clock when that goes back", async () => {
  const clock = storeClock();
  const turn = createTurns({ ...clock, now: () => new Date(0) }, 5);
  await turn();
  clock.advance(1000);
  await turn();
  expect(clock.slept).toEqual([]);
});

test("does not wait at all where there is no bound", async () => {
  const clock = storeClock();
  const turn = createTurns(clock, Number.POSITIVE_INFINITY);
  await Promise.all([turn(), turn(), turn()]);
  expect(clock.slept).toEqual([]);
});

test("gives each kind of write its own turns", async () => {
  const clock = storeClock();
  const pace = createWritePace(clock, 5);
  await Promise.all([pace("create"), pace("tag"), pace("put")]);
  expect(clock.slept).toEqual([]);
  await pace("tag");
  expect(clock.slept).toEqual([200]);
});

test("keeps its rate when timers are late by milliseconds", async () => {
  let count = 0;
  const clock = lateClock(() => (count++ % 10) / 2);
  const turn = createTurns(clock, 49);
  const times = await timesOf(
    clock,
    Array.from({ length: 1_000 }, () => turn()),
  );
  expect(1_000 / ((times.at(-1) ?? 0) / 1_000)).toBeGreaterThanOrEqual(48.9);
});

const mostWithin = (times: readonly number[], span: number): number =>
  Math.max(...times.map((from) => times.filter((time) => time >= from && time < from + span).length));

test("makes up for what a busy machine cost", async () => {
  let count = 0;
  const clock = lateClock(() => (count++ % 60 === 0 ? 200 : 1));
  const turn = createTurns(clock, 49);
  const times = await timesOf(
    clock,
    Array.from({ length: 1_000 }, () => turn()),
  );
  expect(1_000 / ((times.at(-1) ?? 0) / 1_000)).toBeGreaterThanOrEqual(48);
});

test("lets no second of AWS's have more than fifty, however late it is and however unevenly that arrives", async () => {
  let count = 0;
  const clock = lateClock(() => (count++ % 40 === 0 ? 700 : count % 7));
  const turn = createTurns(clock, 49);
  const times = await timesOf(
    clock,
    Array.from({ length: 500 }, () => turn()),
  );
  const arrived = times.map((time, index) => time + ((index * 7) % 20)).sort((one, other) => one - other);
  expect(mostWithin(arrived, 1_000)).toBeLessThanOrEqual(50);
});

test("after standing still for long lets no more through at once than some", async () => {
  let count = 0;
  const clock = lateClock(() => (count++ === 10 ? 3_600_000 : 0));
  const turn = createTurns(clock, 49);
  const times = await timesOf(
    clock,
    Array.from({ length: 200 }, () => turn()),
  );
  expect(mostWithin(times, 10)).toBeLessThanOrEqual(14);
});
