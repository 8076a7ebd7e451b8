import { setImmediate as turn } from "node:timers/promises";
import { expect, it } from "vitest";
import { look } from "../../src/apply/look.ts";
import type { Ports } from "../../src/apply/observe.ts";
import type { Target } from "../../src/model/target.ts";
import { declared } from "../plan/builders.ts";
import { type Estate, policyFor, portsOf } from "./estate.ts";

const TARGETS = 400;

const estate: Estate = {
  targets: Array.from({ length: TARGETS }, (_, index) => ({
    target: { kind: "project", id: index + 1, path: `p/${index + 1}` } satisfies Target,
    tokens: [declared({ name: "a", secret: "gitlab/{path}/{name}" })],
  })),
  secrets: [],
  tokens: [],
};

const turns = async (count: number): Promise<void> => {
  for (let index = 0; index < count; index += 1) await turn();
};

/** Whose descriptions, and whose list of secrets, come when they are let. */
const held = () => {
  const { ports, listed } = portsOf(estate, { administrator: false });
  const describing: (() => void)[] = [];
  let showSecrets = (): void => undefined;
  const shown = new Promise<void>((resolve) => {
    showSecrets = resolve;
  });
  let isOpen = false;
  const store: Ports["store"] = {
    ...ports.store,
    async *list() {
      await shown;
      yield* estate.secrets;
    },
    describe: async () => {
      if (!isOpen) await new Promise<void>((resolve) => describing.push(resolve));
      return undefined;
    },
  };
  const open = (): void => {
    isOpen = true;
    for (const go of describing) go();
  };
  return { ports: { ...ports, store }, listed, describing, open, showSecrets: () => showSecrets() };
};

const policy = policyFor(estate);
const { concurrency } = policy.limits;

it("lists on while the secrets are still read, and looks at each target once they are", async () => {
  const { ports, listed, open, showSecrets } = held();
  const looking = look(ports, { policy });
  await turns(TARGETS);
  expect(listed).toHaveLength(TARGETS);
  open();
  showSecrets();
  const { items } = await looking;
  expect(new Set(items.map(({ ...item }) => JSON.stringify(item))).size).toBe(TARGETS);
});

it("lists no more than a few targets ahead of looks that take their time, and comes to all of them", async () => {
  const { ports, listed, describing, open, showSecrets } = held();
  showSecrets();
  const looking = look(ports, { policy });
  await turns(TARGETS);
  expect(describing).toHaveLength(concurrency);
  expect(listed.length).toBeLessThan(TARGETS / 2);
  open();
  const { items } = await looking;
  expect(listed).toHaveLength(TARGETS);
  expect(items).toHaveLength(TARGETS);
});

it("ends at once where the secrets cannot be read", async () => {
  const { ports } = held();
  const store = {
    ...ports.store,
    // biome-ignore lint/correctness/useYield: it fails before it has any
    async *list() {
      throw new TypeError("no such thing");
    },
  };
  await expect(look({ ...ports, store }, { policy })).rejects.toThrow("no such thing");
});
