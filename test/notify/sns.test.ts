import { afterEach, beforeEach, expect, test } from "vitest";
import { milliseconds } from "../../src/model/duration.ts";
import { inTurn, tinyServer } from "../gitlab/tiny-server.ts";
import { aLineage, aStatus } from "../report/digest-world.ts";
import { aNotifier } from "./world.ts";

const SNS = `[{ type: sns, topic_arn: "arn:aws:sns:eu-west-1:123456789012:deploy-tokens" }]`;
const PUBLISHED = `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>`;
const DENIED = `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>AuthorizationError</Code><Message>User is not authorized to perform: SNS:Publish</Message></Error></ErrorResponse>`;

const VARIABLES = {
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "verysecretkey",
  AWS_ENDPOINT_URL_SNS: "",
};
const before = new Map<string, string | undefined>();
beforeEach(() => {
  for (const [name, value] of Object.entries(VARIABLES)) {
    before.set(name, process.env[name]);
    process.env[name] = value;
  }
});
afterEach(() => {
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

const xml = (status: number, body: string) =>
  inTurn((_, response) => void response.writeHead(status, { "Content-Type": "text/xml" }).end(body));
const bad = aStatus([aLineage()]);
const timing = { deadline: milliseconds(5_000), patience: milliseconds(900) };

const hear = async (listener: ReturnType<typeof xml>, notify = SNS, given = timing) => {
  const { url, received } = await tinyServer(listener);
  process.env["AWS_ENDPOINT_URL_SNS"] = url;
  const { notifier, logger } = aNotifier(notify, { timing: given });
  notifier.passEnded(bad, { actions: [] });
  await expect.poll(() => logger.lines.length).toBe(1);
  return { line: logger.lines[0], received, fields: new URLSearchParams(received[0]?.body) };
};

test("a digest is published with a subject, and attributes to filter by", async () => {
  const { line, fields, received } = await hear(xml(200, PUBLISHED));
  expect(line).toMatchObject({ message: "notification sent" });
  expect(Object.fromEntries(fields)).toMatchObject({
    Action: "Publish",
    TopicArn: "arn:aws:sns:eu-west-1:123456789012:deploy-tokens",
    Subject: "deploy-token-rotator: 1 needs someone (1 new)",
    Message: expect.stringContaining("[warning] project platform/api, token ci: AWS did not answer"),
    "MessageAttributes.entry.2.Name": "severity",
    "MessageAttributes.entry.2.Value.StringValue": "warning",
  });
  expect(received[0]?.headers.authorization).toContain("/eu-west-1/sns/");
});

test("a fifo topic gets a group and a deduplication id", async () => {
  const { fields } = await hear(xml(200, PUBLISHED), SNS.replace("tokens", "tokens.fifo"));
  expect(fields.get("MessageGroupId")).toBe("deploy-token-rotator");
  expect(fields.get("MessageDeduplicationId")).toMatch(/^[0-9a-f-]{36}$/);
});

test.each([
  ["a refusal", xml(403, DENIED), /SNS refused it: AuthorizationError.*sns:Publish/],
  [
    "an answer without end",
    inTurn((_, response) => {
      response.writeHead(200, { "Content-Type": "text/xml" });
      const drip = setInterval(() => response.write("x".repeat(10_000)), 1);
      response.on("close", () => clearInterval(drip));
    }),
    /SNS|no answer/,
  ],
  ["a server in trouble", xml(500, ""), /SNS cannot be reached/],
])("%s is one line in the log", async (_, listener, message) => {
  const { line } = await hear(listener);
  expect(line).toMatchObject({
    message: "notification failed",
    fields: { error: { message: expect.stringMatching(message) } },
  });
  expect(JSON.stringify(line)).not.toContain("verysecret");
});

test("a silent endpoint is given up on", async () => {
  const { line } = await hear(
    inTurn(() => {}),
    SNS,
    { deadline: milliseconds(200), patience: milliseconds(900) },
  );
  expect(line).toMatchObject({ message: "notification failed" });
});
