import { setImmediate as turn } from "node:timers/promises";
import { expect, it } from "vitest";
import { isPlanned, type PlannedOrReport } from "../../src/apply/lineage-report.ts";
import { createLookQueue } from "../../src/apply/look-queue.ts";
import { sweepSecrets } from "../../src/apply/sweep.ts";
import type { ReadListing } from "../../src/model/ports.ts";
import type { Target } from "../../src/model/target.ts";
import { matched } from "../plan/builders.ts";
import { type Estate, policyFor, portsOf } from "./estate.ts";

const tokens = [matched({ pattern: "*", secret: "gitlab/{path}/{name}" })];
const project = (id: number): Target => ({ kind: "project", id, path: `platform/${id}` });
const estate: Estate = { targets: [{ target: project(1), tokens }], tokens: [], secrets: [] };

/** A queue on a clock that stands still unless it is set, and how many targets it has looked at. */
const aQueue = async () => {
  const { ports } = portsOf(estate, { administrator: false });
  const found: PlannedOrReport[] = [];
  let [looked, time] = [0, 0];
  const queue = createLookQueue(
    { ...ports, clock: { ...ports.clock, monotonic: () => time, sleep: () => turn() } },
    {
      policy: policyFor(estate),
      onLooked: (items) => {
        looked += 1;
        found.push(...items);
      },
    },
  );
  const add = async (count: number, read: ReadListing = async () => ({ tokens: [], clockSkew: 0 })) => {
    for (let id = 1; id <= count; id += 1)
      queue.add({ coverage: { target: project(id), lists: [tokens] }, read });
    for (let count = 0; count < 30; count += 1) await turn();
  };
  return {
    ...queue,
    add,
    found,
    looked: () => looked,
    wait: (milliseconds: number) => {
      time += milliseconds;
    },
    sweep: await sweepSecrets(ports, "gitlab.example.com"),
  };
};

it("looks at nothing before the secrets are known, and then at all that wait", async () => {
  const queue = await aQueue();
  await queue.add(50);
  expect(queue.looked()).toBe(0);
  queue.start(queue.sweep);
  await queue.add(0);
  expect(queue.looked()).toBe(50);
});

it("looks once twenty wait", async () => {
  const queue = await aQueue();
  queue.start(queue.sweep);
  await queue.add(19);
  expect(queue.looked()).toBe(0);
  await queue.add(1);
  expect(queue.looked()).toBe(20);
});

it("looks at fewer when one of them has waited for a tenth of a second", async () => {
  const queue = await aQueue();
  queue.start(queue.sweep);
  queue.wait(1_000);
  await queue.add(1);
  queue.wait(99);
  await queue.add(1);
  expect(queue.looked()).toBe(0);
  queue.wait(1);
  await queue.add(1);
  expect(queue.looked()).toBe(3);
});

it("looks at the rest at its end", async () => {
  const queue = await aQueue();
  queue.start(queue.sweep);
  await queue.add(7);
  await queue.finish();
  expect(queue.looked()).toBe(7);
});

it("lets a target fail alone whose list cannot be read", async () => {
  const queue = await aQueue();
  queue.start(queue.sweep);
  await queue.add(1, () => Promise.reject(new Error("no list")));
  await queue.add(1);
  await queue.finish();
  expect(queue.looked()).toBe(2);
  expect(queue.found.map((item) => !isPlanned(item) && item.actions[0]?.error?.message)).toEqual(["no list"]);
});
