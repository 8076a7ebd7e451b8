import { expect } from "vitest";
import { DAY, HOUR, MINUTE } from "../../src/model/duration.ts";
import { RotatorError } from "../../src/model/errors.ts";
import { ROTATION_TAG } from "../../src/model/names.ts";
import { decodeRecord } from "../../src/model/record.ts";
import type { PassReport } from "../../src/model/report.ts";
import { decodeVersionId } from "../../src/model/version-id.ts";
import { renderApply } from "../../src/report/apply-text.ts";
import { adviceText } from "../../src/report/rotate-text.ts";
import {
  API,
  actions,
  errorCodes,
  type PassWorld,
  startPassWorld,
  type Ways,
} from "../support/pass-world.ts";

const PASSED_OVERLAP = 25 * HOUR;
export const PASSED_STRAY_AFTER = 21 * MINUTE;

/** What is there when the fault strikes. Token 1 is somebody else's, of another name; ours count from 2. */
export type Start =
  /** Neither a token nor a secret: the pass creates. */
  | "nothing"
  /** Token 2 is in the store, and due: the pass renews. */
  | "due"
  /** Token 3 has superseded token 2, whose overlap has passed: the pass deletes. */
  | "superseded"
  /** The answer that told of token 2 was lost, and `stray_after` has passed: the pass deletes it and creates. */
  | "stray"
  /** Somebody deleted token 2, which the store holds: the pass looks for it and renews. */
  | "gone"
  /** Token 2 is in the store and healthy, and has leaked: a person says so, and it is replaced and deleted. */
  | "leaked";

const STARTS: Readonly<Record<Start, (world: PassWorld) => Promise<void>>> = {
  nothing: async () => undefined,
  due: async (world) => {
    await world.pass();
    world.wait(61 * DAY);
  },
  superseded: async (world) => {
    await STARTS.due(world);
    await world.pass();
    world.wait(PASSED_OVERLAP);
  },
  stray: async (world) => {
    world.gitlab.faults.add({ match: { method: "POST" }, after: "reset" });
    await world.pass();
    world.wait(PASSED_STRAY_AFTER);
  },
  gone: async (world) => {
    await world.pass();
    world.gitlab.world.deleteDeployToken(2);
    world.wait(DAY);
  },
  leaked: async (world) => {
    await world.pass();
    world.wait(HOUR);
  },
};

type Work = (world: PassWorld) => Promise<PassReport>;
const apply: Work = (world) => world.pass();
/** What is run while the fault strikes. */
const WORK: Partial<Record<Start, Work>> = { leaked: (world) => world.rotate({ leaked: true }) };

export const startScene = async (start: Start, ways?: Ways): Promise<PassWorld> => {
  const world = await startPassWorld({}, ways);
  world.gitlab.world.addDeployToken(API, { name: "somebody's", scopes: ["read_registry"] });
  await STARTS[start](world);
  return world;
};

/** What a pass leaves behind, in words that fit into a table. */
export interface Left {
  /** `create Missing failed`, one for each action. */
  readonly did: string;
  /** The ids of the tokens of our name. */
  readonly gitlab: string;
  /** `no secret`, `damaged`, `empty`, or the tokens that AWSCURRENT and AWSPREVIOUS name: `3 after 2`. */
  readonly store: string;
  /** The write-ahead record: `none`, `open`, `undone` or `fulfilled`. */
  readonly record: string;
  readonly exit: 0 | 1;
}

/** The same, as the columns of a table. */
export type Columns = readonly [did: string, gitlab: string, store: string, record: string, exit: 0 | 1];

/** What a pass leaves when nothing goes wrong. */
export const FAULTLESS: Readonly<Record<Start, Columns>> = {
  nothing: ["create Missing done", "2", "2", "fulfilled", 0],
  due: ["rotate Renewing done", "2 3", "3 after 2", "fulfilled", 0],
  superseded: ["delete Superseded done, keep Healthy", "3", "3 after 2", "fulfilled", 0],
  stray: ["delete Stray done, create Missing done", "3", "3", "fulfilled", 0],
  gone: ["rotate CurrentTokenGone done", "3", "3 after 2", "fulfilled", 0],
  leaked: ["rotate Leaked done, delete Superseded done", "3", "3 after 2", "fulfilled", 0],
};

export const leaves = ([did, gitlab, store, record, exit]: Columns): Left => ({
  did,
  gitlab,
  store,
  record,
  exit,
});

/** A row's title, which is the table that people read. */
export const row = (fault: string, [did, gitlab, store, record, exit]: Columns): string =>
  `${fault} | ${did || "no pass"} | GitLab: ${gitlab} | store: ${store} | record: ${record} | exit ${exit}`;

export interface Outcome {
  readonly left: Left;
  readonly codes: string;
  /** As on a terminal of endless width. */
  readonly terminal: string;
}

const ourIds = (world: PassWorld): number[] =>
  world.gitlab.world.createdHistory
    .map(({ id }) => id)
    .filter((id) => world.gitlab.world.findDeployToken(id)?.name === "registry-pull");

const holderOf = (world: PassWorld, label: string) =>
  world.secret()?.versions.find(({ labels }) => labels.includes(label));

const tokenUnder = (world: PassWorld, label: string): number | undefined => {
  const version = holderOf(world, label);
  return version && decodeVersionId(version.id)?.tokenId;
};

const storeText = (world: PassWorld): string => {
  const secret = world.secret();
  if (secret === undefined) return "no secret";
  if (secret.damaged) return "damaged";
  const [current, previous] = [tokenUnder(world, "AWSCURRENT"), tokenUnder(world, "AWSPREVIOUS")];
  if (current === undefined) return "empty";
  return previous === undefined ? `${current}` : `${current} after ${previous}`;
};

const recordText = (world: PassWorld): string => {
  const tag = world.secret()?.tags[ROTATION_TAG];
  const record = tag === undefined ? undefined : decodeRecord(tag);
  if (record === undefined) return "none";
  if (record.undone) return "undone";
  const current = holderOf(world, "AWSCURRENT");
  const expires = current && decodeVersionId(current.id)?.expiresAt;
  return expires?.getTime() === record.expires.getTime() ? "fulfilled" : "open";
};

const shown = (world: PassWorld): Omit<Left, "did" | "exit"> => ({
  gitlab: ourIds(world).join(" ") || "none",
  store: storeText(world),
  record: recordText(world),
});

const ENDLESS = { color: false, columns: Number.POSITIVE_INFINITY };

/** One pass, and what `apply` would print and leave; or what `rotate --leaked` would. */
export const passOnce = async (world: PassWorld, start?: Start): Promise<Outcome> => {
  const work = (start && WORK[start]) ?? apply;
  const told = (report: PassReport): string =>
    work === apply ? "" : adviceText(report, { leaked: true, now: new Date(world.now()) }, ENDLESS);
  try {
    const report = await work(world);
    return {
      left: { did: actions(report).join(", "), ...shown(world), exit: report.summary.failed > 0 ? 1 : 0 },
      codes: errorCodes(report).join(" "),
      terminal: [renderApply(report, ENDLESS), told(report)].join("\n"),
    };
  } catch (error) {
    // As the shell tells it of a pass that could not begin.
    if (!(error instanceof RotatorError)) throw error;
    return {
      left: { did: "", ...shown(world), exit: 1 },
      codes: error.code,
      terminal: `${error.code}: ${error.message}`,
    };
  }
};

export const endFaults = (world: PassWorld): void => {
  world.gitlab.faults.clear();
  world.aws.faults.length = 0;
  world.aws.denied.clear();
};

/** Invariants 1 and 2: the secret holds the value of a token that works. */
export const expectWorkingSecret = (world: PassWorld): void => {
  const current = tokenUnder(world, "AWSCURRENT");
  const token = current === undefined ? undefined : world.gitlab.world.findDeployToken(current);
  expect(token?.live, `AWSCURRENT names token ${current}`).toBe(true);
  expect(holderOf(world, "AWSCURRENT")?.value).toContain(`"password":"${token?.token}"`);
};

const named = (world: PassWorld): (number | undefined)[] =>
  (world.secret()?.versions ?? []).map(({ id }) => decodeVersionId(id)?.tokenId);

/** Invariants 3 and 4: within three passes all is well again, and nobody else's token was touched. */
export const expectPutRight = async (
  world: PassWorld,
  { stays = [], start }: { readonly stays?: readonly number[] | undefined; readonly start?: Start } = {},
): Promise<void> => {
  endFaults(world);
  let last: Outcome | undefined;
  for (let pass = 1; pass <= 3; pass += 1) {
    world.wait(PASSED_STRAY_AFTER);
    last = await passOnce(world);
    if (last.left.exit === 0 && last.left.record === "fulfilled") break;
  }
  expect(last?.left).toMatchObject({ record: "fulfilled", exit: 0 });
  expectWorkingSecret(world);
  expect([...named(world), ...stays]).toEqual(expect.arrayContaining(ourIds(world)));
  if (start === "leaked") expect(ourIds(world), "what has leaked").not.toContain(2);
  world.wait(PASSED_OVERLAP);
  if (ourIds(world).length > 1) await passOnce(world);
  expect(ourIds(world)).toEqual([...stays, tokenUnder(world, "AWSCURRENT")].sort());
  expect(world.gitlab.world.findDeployToken(1)?.name).toBe("somebody's");
};
