import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Ports } from "../../src/apply/observe.ts";
import { plainFields } from "../../src/log-fields.ts";
import { DAY, HOUR } from "../../src/model/duration.ts";
import type { PassReport } from "../../src/model/report.ts";
import { Secret } from "../../src/model/secret.ts";
import { renderApply } from "../../src/report/apply-text.ts";
import { applyJson, jsonText, planJson } from "../../src/report/json.ts";
import { eventLine, summaryLine } from "../../src/report/lines.ts";
import { renderPlan } from "../../src/report/plan-text.ts";
import { adviceText } from "../../src/report/rotate-text.ts";
import { type PassWorld, startPassWorld } from "../support/pass-world.ts";
import { VALUE_IN_OTHER_FIELDS } from "./chatterboxes.ts";
import { AWS_KEY, addEstate, settings } from "./estate.ts";
import { findLeaks } from "./searcher.ts";

/** On a machine that does other things too. */
const PATIENT = 60_000;
const STYLE = { color: false, columns: 100 };
const everything = { depth: Number.POSITIVE_INFINITY, showHidden: true, maxStringLength: null };

/** Every object that went through a port, in and out, and what was thrown: the ones that hold secrets among them. */
const overlooked: unknown[] = [];

const overlookCall =
  <Arguments extends unknown[]>(act: (...sent: Arguments) => unknown) =>
  (...sent: Arguments): unknown => {
    const result = act(...sent);
    overlooked.push(sent, result);
    if (result instanceof Promise)
      result.then(
        (value) => overlooked.push(value),
        (error) => overlooked.push(error),
      );
    return result;
  };

const overlookPort = <Port extends object>(port: Port): Port =>
  Object.fromEntries(
    Object.entries(port).map(([name, value]) => [
      name,
      typeof value === "function" ? overlookCall(value as (...sent: unknown[]) => unknown) : value,
    ]),
  ) as Port;

const overlook = (ports: Ports): Ports => {
  const watched = { ...ports, gitlab: overlookPort(ports.gitlab), store: overlookPort(ports.store) };
  overlooked.push(ports, watched);
  return watched;
};

let world: PassWorld;
let folder: string;
const startWorld = async (store: "aws" | "file"): Promise<void> => {
  const ways = { awsSecretKey: AWS_KEY, overlook, ...(store === "file" && { folder }) };
  world = await startPassWorld({}, ways);
  world.policy = settings("{ type: aws-secrets-manager, region: us-east-1 }");
  const { gitlab, aws } = world;
  const estate = { gitlab, aws: store === "aws" ? aws : undefined };
  world.policy += addEstate({ ...estate, without: VALUE_IN_OTHER_FIELDS });
};
beforeEach(() => {
  vi.spyOn(Math, "random").mockReturnValue(0);
  overlooked.length = 0;
  folder = mkdtempSync(join(tmpdir(), "rotator-leaks-"));
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  vi.restoreAllMocks();
  await world.close();
});

const told = (report: PassReport): string[] => [
  renderApply(report, STYLE),
  renderPlan(report, STYLE),
  jsonText(applyJson(report)),
  jsonText(planJson(report)),
  JSON.stringify(plainFields({ report, line: summaryLine(report) }, { stacks: true })),
  inspect(report, everything),
];

const onePass = async (mode: "plan" | "apply"): Promise<string[]> => {
  const lines: string[] = [];
  const report = await world.pass({
    mode,
    onEvent: (event) => {
      const fields = { event, line: eventLine(event) };
      lines.push(inspect(fields, everything), JSON.stringify(plainFields(fields, { stacks: true })));
    },
  });
  return [...told(report), ...lines];
};

const values = (): string[] => [...world.gitlab.issuedSecrets(), AWS_KEY];

/** What a debugger, a log line or a report of a crash would make of it. */
const dumped = (thing: unknown): string =>
  [
    inspect(thing, everything),
    inspect(thing, { ...everything, customInspect: false }),
    JSON.stringify(plainFields({ thing }, { stacks: true })),
    ...(thing instanceof Error ? [String(thing.stack), String(thing)] : []),
  ].join("\n");

describe("everything that the program makes", () => {
  it.each(["aws", "file"] as const)(
    "shows no secret: reports, events, log lines and each object that went through a port (store %s)",
    async (store) => {
      await startWorld(store);
      const emitted: string[] = [];
      for (const wait of [0, HOUR, 61 * DAY]) {
        world.wait(wait);
        if (wait > 0) emitted.push(...(await onePass("plan")));
        emitted.push(...(await onePass("apply")));
      }
      const leaked = await world.rotate({ idOrPath: "platform/fine", leaked: true });
      expect(leaked.summary.failed).toBe(0);
      const advice = { leaked: true, now: new Date(world.now()) };
      emitted.push(...told(leaked), adviceText(leaked, advice, STYLE));
      const objects = [...new Set(overlooked.map(dumped))];
      // Not for want of secrets: they all went by.
      expect(objects.join("\n")).toContain("value: [secret]");
      expect(overlooked.filter((thing) => thing instanceof Error).length).toBeGreaterThan(
        store === "aws" ? 40 : 20,
      );
      expect(emitted.join("\n")).toContain("ERR_STRAY_TOKEN");
      expect(findLeaks([...emitted, ...objects].join("\n"), values())).toEqual([]);
    },
    PATIENT,
  );

  it(
    "would be caught: a value that one object holds in the open is found",
    async () => {
      await startWorld("aws");
      await onePass("apply");
      const { token = "" } = world.gitlab.world.findDeployToken(1) ?? {};
      expect(token).not.toBe("");
      const careless = { credential: { value: new Secret(token) } };
      expect(findLeaks(dumped(careless), values())).toEqual([]);
      Object.defineProperty(careless.credential.value, "kept", { value: token });
      expect(findLeaks(dumped(careless), values())).not.toEqual([]);
    },
    PATIENT,
  );
});
