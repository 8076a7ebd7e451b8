import { expect, test } from "vitest";
import { createAwsClients } from "../../src/store/aws-clients.ts";

test("the SDK makes no copy of an answer for a log that nobody reads", async () => {
  const { retrying, once, close } = await createAwsClients({ region: "us-east-1" });
  for (const client of [retrying, once]) {
    expect(client.middlewareStack.identify().join()).not.toContain("logger");
    // So that the test does not pass by a new way of naming them.
    expect(client.middlewareStack.identify().join()).toContain("boundAnswers");
    expect(client.middlewareStack.identify().join()).toContain("hostHeaderMiddleware");
  }
  close();
});
