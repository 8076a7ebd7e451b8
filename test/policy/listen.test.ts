import { describe, expect, test } from "vitest";
import { load, policyText } from "./policy-text.ts";

describe("server.listen", () => {
  test.each([
    ["127.0.0.1:9464", { host: "127.0.0.1", port: 9464 }],
    ["0.0.0.0:80", { host: "0.0.0.0", port: 80 }],
    ["LocalHost:0", { host: "localhost", port: 0 }],
    ['"[::1]:9464"', { host: "::1", port: 9464 }],
    ['"[::]:65535"', { host: "::", port: 65_535 }],
    ["rotator.internal:9464", { host: "rotator.internal", port: 9464 }],
  ])("%s is an address and a port", (listen, expected) => {
    expect(load(policyText({ server: `{ listen: ${listen} }` })).server).toEqual(expected);
  });

  test.each([{}, { server: "" }, { server: "null" }])("is off unless set: %j", (sections) => {
    expect(load(policyText(sections)).server).toBeUndefined();
  });
});
