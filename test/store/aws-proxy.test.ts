import { createServer } from "node:http";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createAwsStore } from "../../src/store/aws.ts";
import { stubAwsEnvironment } from "./aws-store.ts";
import { failureOf, putting } from "./contract.ts";
import { storeClock } from "./store-clock.ts";

const asked: string[] = [];
let status = 200;
const proxy = createServer((request, response) => {
  asked.push(`${request.method} ${request.url}`);
  response.writeHead(status, { "content-type": "application/x-amz-json-1.1" });
  response.end(status === 200 ? "<html>Please sign in</html>" : '{"__type":"AccessDeniedException"}');
});

proxy.on("connect", (request, socket) => {
  asked.push(`CONNECT ${request.url}`);
  socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
});
let url: string;
beforeEach(async () => {
  stubAwsEnvironment();
  asked.splice(0);
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const address = proxy.address();
  url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
});
afterEach(
  () =>
    new Promise<void>((resolve) => {
      proxy.close(() => resolve());
      proxy.closeAllConnections();
    }),
);

const put = async (options: { endpoint?: string; proxyEnv: Record<string, string> }) => {
  const store = await createAwsStore({ region: "eu-west-1", clock: storeClock(), ...options });
  const error = await failureOf(store.put("name", putting(1, "a-value")));
  store.close();
  return error;
};

test("goes through the proxy that the environment names; one that lets nothing through is a refusal", async () => {
  expect(await put({ proxyEnv: { HTTPS_PROXY: url } })).toMatchObject({
    code: "ERR_SECRET_UNAVAILABLE",
    outcome: "refused",
  });
  expect(asked).toEqual(["CONNECT secretsmanager.eu-west-1.amazonaws.com:443"]);
});

test("keeps to NO_PROXY", async () => {
  const proxyEnv = { HTTP_PROXY: url, NO_PROXY: "127.0.0.1" };
  expect(await put({ endpoint: "http://127.0.0.1:1", proxyEnv })).toMatchObject({ outcome: "refused" });
  expect(asked).toEqual([]);
});

test("takes a page of the proxy for an unknown outcome", async () => {
  const endpoint = "http://secrets.example:8000";
  expect(await put({ endpoint, proxyEnv: { HTTP_PROXY: url } })).toMatchObject({ outcome: "unknown" });
  expect(asked).toEqual([`POST ${endpoint}/`]);
});

test("takes a refusal that Secrets Manager did not sign for an unknown outcome too", async () => {
  status = 403;
  const error = await put({ endpoint: "http://secrets.example:8000", proxyEnv: { HTTP_PROXY: url } });
  status = 200;
  expect(error).toMatchObject({ outcome: "unknown" });
});
