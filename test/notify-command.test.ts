import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Secret } from "../src/model/secret.ts";
import { sign } from "../src/notify/webhook.ts";
import { atTheEnd, tinyServer } from "./gitlab/tiny-server.ts";
import { policyText } from "./policy/policy-text.ts";
import { runProgram } from "./support/program.ts";

const notify = async (
  receivers: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
) => {
  const folder = mkdtempSync(join(tmpdir(), "rotator-notify-"));
  atTheEnd(async () => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "rotation.yaml"), policyText({ notify: receivers }));
  return runProgram(["notify", ...args], { folder, env });
};
const RECEIVERS =
  "[{ type: slack, url_env: SLACK_URL }, { type: webhook, url_env: HOOK_URL, secret_env: SECRET, name: pager }]";

test("notify --test says what came of each receiver, and needs no access to GitLab", async () => {
  const good = await tinyServer((_, response) => void response.end());
  const bad = await tinyServer((_, response) => void response.writeHead(404).end("no_service"));
  const env = { SLACK_URL: `${bad.url}/services/verysecret`, HOOK_URL: `${good.url}/x`, SECRET: "s3cret" };
  const { code, stdout, stderr } = await notify(RECEIVERS, ["--test"], env);
  expect({ code, stdout, stderr }).toEqual({
    code: 1,
    stdout: `failed slack (${bad.url})\n       ${bad.url} answered 404 (no_service)\nsent   pager (${good.url})\n`,
    stderr: "",
  });
  const { headers, body } = good.received[0]!;
  expect(JSON.parse(body)).toMatchObject({
    event: "test",
    id: headers["x-deploy-token-rotator-delivery"],
    items: [],
  });
  const signature = String(headers["x-deploy-token-rotator-signature"]);
  const seconds = Number(/^t=(\d+)/.exec(signature)?.[1]);
  expect(signature).toBe(sign(new Secret("s3cret"), body, new Date(seconds * 1000)));
});

test("notify --test --receiver asks one only", async () => {
  const good = await tinyServer((_, response) => void response.end());
  const { code, stdout } = await notify(RECEIVERS, ["--test", "--receiver", "pager"], {
    HOOK_URL: good.url,
    SECRET: "x",
  });
  expect([code, stdout]).toEqual([0, `sent   pager (${good.url})\n`]);
});

test.each([
  ["a variable that is not set", RECEIVERS, ["--test"], 1, /SLACK_URL, which the policy names, is not set/],
  [
    "a receiver that is none",
    RECEIVERS,
    ["--test", "--receiver", "x"],
    64,
    /no receiver "x", expected one of: slack, pager/,
  ],
  ["a policy without receivers", "[]", ["--test"], 64, /names no receiver/],
  ["no --test", RECEIVERS, [], 64, /needs --test/],
])("notify tells of %s", async (_, receivers, args, code, message) => {
  const ended = await notify(receivers, args);
  expect(ended.code).toBe(code);
  expect(ended.stdout + ended.stderr).toMatch(message);
});

test("the webhook's documentation shows a document of the schema's keys", () => {
  const text = readFileSync("docs/webhook.md", "utf8");
  const shown = JSON.parse(/\n(\{"version".*?\n "itemsOmitted.*?)\n```/s.exec(text)?.[1] ?? "{}");
  const { required } = JSON.parse(readFileSync("config/webhook.schema.json", "utf8"));
  expect(Object.keys(shown)).toEqual(required);
});
