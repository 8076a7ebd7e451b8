import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Digest } from "../../src/model/digest.ts";
import { Secret } from "../../src/model/secret.ts";
import { plainText } from "../../src/notify/plain-text.ts";
import { slackMessage } from "../../src/notify/slack.ts";
import { snsSubject } from "../../src/notify/sns.ts";
import { sign, webhookDocument } from "../../src/notify/webhook.ts";
import { webhookJsonSchema } from "../../src/notify/webhook-schema.ts";
import { testDigest } from "../../src/report/digest-words.ts";
import {
  aLineage,
  aListener,
  anAccessToken,
  aRotation,
  aStatus,
  daysOn,
  T0,
} from "../report/digest-world.ts";

const ID = "4b5c0b5e-6f0a-4c55-9f5e-2f6c6f0f3a11";

interface SlackBody {
  readonly text: string;
  readonly blocks: readonly {
    readonly type: string;
    readonly text?: { readonly text: string };
    readonly elements?: unknown;
  }[];
}
const slack = (digest: Digest): SlackBody => slackMessage(digest) as SlackBody;
const shown = ({ text, blocks }: SlackBody): readonly string[] => [
  text,
  ...blocks.flatMap((block) => (block.type === "section" ? [block.text?.text ?? ""] : [])),
];

const digestOf = (given: Parameters<ReturnType<typeof aListener>["hear"]>[0]): Digest =>
  aListener({ minSeverity: "info", wants: undefined }).hear(given, T0) ?? testDigest(T0, "none");

const crowd = (size: number, name = (index: number) => `platform/service-${index}`) =>
  digestOf({
    status: aStatus(
      Array.from({ length: size }, (_, index) =>
        aLineage({ targetId: index, path: name(index), reason: index % 2 === 0 ? "Renewing" : "Expired" }),
      ),
      { accessToken: anAccessToken({ expiresAt: daysOn(5) }) },
    ),
    done: Array.from({ length: size }, (_, index) => aRotation({ path: name(index) })),
  });

const various = (size: number) =>
  digestOf({
    status: aStatus([], {
      warnings: Array.from(
        { length: size },
        (_, index) => `${"é".repeat(500)} ${String.fromCharCode(97 + (index % 26)).repeat(index)}`,
      ),
    }),
  });

describe("a message to Slack", () => {
  test("reads well", () => {
    const status = aStatus([
      aLineage(),
      aLineage({
        token: "deploy",
        reason: "SecretPendingDeletion",
        state: "conflict",
        error: undefined,
        message: "the secret is scheduled for deletion: restore it",
      }),
    ]);
    expect(slack(digestOf({ status, done: [aRotation({ token: "x" })] })).text).toMatchInlineSnapshot(`
      "*deploy-token-rotator: 2 need someone (2 new), 1 token rotated*
      \`https://gitlab.example.com\` · 2026-11-23 03:00 UTC
      *Needs someone*
      🟡 project \`platform/api\` token \`ci\`: AWS did not answer (expires in 29 days) (Renewing, ERR_SECRET_UNAVAILABLE)
      🟡 project \`platform/api\` token \`deploy\`: the secret is scheduled for deletion: restore it (SecretPendingDeletion)
      *Done*
      🟢 1 rotated: project \`platform/api\` token \`x\`"
    `);
  });

  const HOSTILE =
    "<!channel> <@U1> <https://e.example|x> @all @here ~town https://e.example www.e.example [a](//e) ![a](b) `code` *b*";

  test("makes nothing of a hostile name or message: no mention, no link, no picture", () => {
    const lineage = aLineage({
      path: HOSTILE,
      token: HOSTILE,
      error: undefined,
      message: `GitLab says ${HOSTILE}`,
    });
    const digest = { ...digestOf({ status: aStatus([lineage]) }), gitlab: `https://gitlab.example.com` };
    for (const text of shown(slack(digest))) {
      expect(text).not.toMatch(/<[!@#h]/);
      const prose = text.replaceAll(/`[^`\n]*`/g, "");
      expect(prose).not.toMatch(/@(all|here)|~town|https:\/\/e|www\.e|\]\(|!\[/);
      expect(text.split("`").length % 2).toBe(1);
    }
  });

  test("shows no raw control characters", () => {
    const lineage = aLineage({ path: "a\u001b[31m\u202e\nb", message: "\u0000\r\n" });
    const text = shown(slack(digestOf({ status: aStatus([lineage]) }))).join("\n");
    expect(text).not.toMatch(/(?!\n)\p{Cc}|\u202e/u);
    expect(text.split("\n").filter((line) => line.includes("\\u001b[31m"))).toHaveLength(2);
  });

  test.each([
    ["1,000 of two kinds", crowd(1_000), 1_000],
    ["1,000 with long names", crowd(1_000, (index) => `${"<&>".repeat(300)}${index}`), 1_000],
    ["300 of their own", various(300), 300],
  ])("of %s keeps within Slack's limits", (_, digest, items) => {
    const body = slack(digest);
    expect(body.text.length).toBeLessThanOrEqual(4_000);
    expect(body.blocks.length).toBeLessThanOrEqual(50);
    for (const text of shown(body).slice(1)) expect(text.length).toBeLessThanOrEqual(3_000);
    expect(digest.items.length).toBeGreaterThanOrEqual(items);
    expect(body.text).toMatch(/and \d+ more/);
  });

  test("never breaks a limit, whatever the names are", () => {
    const name = fc.string({ unit: "binary", minLength: 1, maxLength: 400 });
    fc.assert(
      fc.property(fc.array(fc.tuple(name, name, name), { minLength: 1, maxLength: 60 }), (names) => {
        const status = aStatus(
          names.map(([path, token, message], targetId) =>
            aLineage({ targetId, path, token, message, error: undefined }),
          ),
        );
        const body = slack(digestOf({ status }));
        expect(body.text.length).toBeLessThanOrEqual(4_000);
        for (const text of shown(body)) {
          expect(text.length).toBeLessThanOrEqual(4_000);
          expect(text).not.toMatch(/<|>|&(?!amp;|lt;|gt;)/);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe("what a webhook receives", () => {
  const accepts = new Ajv2020({ strict: false, validateFormats: false }).compile(webhookJsonSchema());

  test.each([
    ["a test", testDigest(T0, "https://gitlab.example.com")],
    ["a crowd", crowd(10)],
    ["a pass that failed", digestOf({ error: new Error("x") })],
  ])("is what the schema says: %s", (_, digest) => {
    expect(
      accepts(JSON.parse(JSON.stringify(webhookDocument(digest, ID)))),
      JSON.stringify(accepts.errors),
    ).toBe(true);
  });

  test("has the schema that is published", () => {
    expect(JSON.parse(readFileSync("config/webhook.schema.json", "utf8"))).toEqual(webhookJsonSchema());
  });

  test("counts what it leaves out", () => {
    const document = webhookDocument(crowd(600), ID);
    expect(document.items).toHaveLength(500);
    expect([document.itemsOmitted, document.doneOmitted, document.counts.new]).toEqual([101, 100, 601]);
    expect(JSON.stringify(document).length).toBeLessThan(600_000);
  });

  test("is signed over the time and the body", () => {
    const hmac = createHmac("sha256", "s3cret").update('1795402800.{"a":"é"}').digest("hex");
    expect(sign(new Secret("s3cret"), '{"a":"é"}', T0)).toBe(`t=1795402800,v1=${hmac}`);
  });
});

describe("a mail by SNS", () => {
  test("reads well", () => {
    const status = aStatus([aLineage()], { accessToken: anAccessToken({ expiresAt: daysOn(5) }) });
    expect(plainText(digestOf({ status, done: [aRotation({ token: "x" })] }), 40_000)).toMatchInlineSnapshot(`
      "2 need someone (2 new), 1 token rotated.
      GitLab: https://gitlab.example.com, 2026-11-23 03:00 UTC

      Needs someone
      - [warning] The access token that the rotator itself uses expires 2026-11-28 03:00 UTC (in 5 days). Make a new one with the scope api in GitLab and set GITLAB_TOKEN or GITLAB_TOKEN_FILE to it before that. (AccessTokenExpiring)
      - [warning] project platform/api, token ci: AWS did not answer (expires in 29 days) (Renewing, ERR_SECRET_UNAVAILABLE)

      Done
      - 1 rotated:
          project platform/api, token x
      "
    `);
  });

  test.each([
    ["a crowd", crowd(1_000)],
    ["300 of their own", various(300)],
    ["a long title", { ...crowd(1), title: "é\n".repeat(200) }],
  ])("of %s keeps within SNS's limits", (_, digest) => {
    expect(Buffer.byteLength(plainText(digest, 40_000))).toBeLessThan(256 * 1024 - 1_000);
    expect(snsSubject(digest)).toMatch(/^[\x20-\x7e]{1,100}$/);
  });
});
