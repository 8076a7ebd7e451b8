import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { startWatched, type Watched } from "./watched.ts";

const started: Watched[] = [];
const start = async (store: "aws" | "file"): Promise<Watched> => {
  const watched = await startWatched(store);
  started.push(watched);
  return watched;
};
afterAll(async () => {
  for (const watched of started) await watched.close();
});

/** Most of the time goes into waiting, and into starting Node on a machine that does other things too. */
const PATIENT = 120_000;

const LEAKED = ["rotate", "platform/fine", "registry-pull", "--leaked", "--yes"];
const RUN = ["run"];

describe.concurrent("the real process, where every server tells what it knows,", () => {
  it.each([
    ["aws", "text", [], ["plan", "--json"], LEAKED],
    ["aws", "json", ["--json"], ["validate", "--json"], RUN],
    ["file", "text", ["--json"], ["plan"], LEAKED],
    ["file", "json", [], ["validate"], RUN],
  ] as const)(
    "shows no secret to anybody (store %s, log %s, apply %s, then %s and %s)",
    async (store, format, json, then, last) => {
      const watched = await start(store);
      const { code, stdout, stderr } = await watched.run(["apply", ...json], { LOG_FORMAT: format });
      expect(code).toBe(1);
      await watched.run(then);
      // By itself, `run` never ends.
      expect((await watched.run(last, {}, last === RUN ? "pass finished" : undefined)).code).toBe(0);
      expect(watched.seen.map(({ text }) => text).join("\n")).toMatch(
        last === RUN ? /stopped/ : /The leaked token is deleted/,
      );
      // Not by saying nothing, and not for want of values.
      expect(stdout.length).toBeGreaterThan(5_000);
      expect(stderr).toContain("action started");
      expect(stderr).toContain("action failed");
      expect(watched.gitlab.issuedSecrets().length).toBeGreaterThan(20);
      expect(watched.seen.filter(({ name }) => name === "argument list").length).toBeGreaterThan(1);
      expect(watched.leaks()).toEqual([]);
    },
    PATIENT,
  );

  it("would be caught: a value in a file beside the policy is found", async () => {
    const watched = await start("file");
    expect(watched.leaks()).toEqual([]);
    const [token = ""] = watched.gitlab.issuedSecrets();
    writeFileSync(join(watched.folder, "core"), `\0\x01${Buffer.from(`u:${token}`).toString("base64")}\0`);
    expect(watched.leaks()).toContainEqual(expect.stringMatching(/^core: base64 at 2: /));
  });
});
