import { isDeepStrictEqual } from "node:util";
import { createExchange } from "../../src/gitlab/exchange.ts";
import { createGitLab } from "../../src/gitlab/gitlab.ts";
import { createLimiter } from "../../src/gitlab/limiter.ts";
import type { Fetch } from "../../src/gitlab/options.ts";
import { createRest } from "../../src/gitlab/rest.ts";
import type { Clock } from "../../src/model/clock.ts";
import type { DeployToken } from "../../src/model/deploy-token.ts";
import { GitLabError } from "../../src/model/errors.ts";
import { Secret } from "../../src/model/secret.ts";
import type { TargetKind } from "../../src/model/target.ts";
import type { Exchange } from "./gitlab-schemas.ts";

type Json = Readonly<Record<string, unknown>>;

const URL_OF_GITLAB = "https://gitlab.invalid";

const clock: Clock = {
  now: () => new Date(),
  monotonic: () => performance.now(),
  sleep: async () => {},
};

/** Lets the real client make the recorded request, answers as recorded, and tells what it made of it. */
export const replay = async (route: string, exchange: Exchange): Promise<readonly string[]> => {
  const asked: Request[] = [];
  const fetch: Fetch = async (request) => {
    asked.push(request.clone());
    return recordedAnswer(exchange);
  };
  const outcome = await call(route, exchange, fetch).catch((error: unknown) => failure(exchange, error));
  const [request] = asked;
  if (request === undefined || asked.length > 1) return [...outcome, `asked ${asked.length} times`];
  return [...outcome, ...(await requestProblems(exchange, request))];
};

const recordedAnswer = ({ status, headers, body }: Exchange): Response => {
  const text = body === "" ? null : JSON.stringify(body);
  const flat = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
  return new Response(text, { status, headers: flat });
};

const call = (route: string, exchange: Exchange, fetch: Fetch): Promise<readonly string[]> => {
  const token = new Secret("glpat-replayed");
  const limits = { clock, requestsPerSecond: 1_000, concurrency: 1 };
  const gitlab = createGitLab({ url: URL_OF_GITLAB, token, fetch, ...limits });
  const [, kind, id = "", tokenId] =
    /\/(project|group)s\/([^/]+)(?:\/deploy_tokens(?:\/(\d+))?)?$/.exec(exchange.path) ?? [];
  const name = decodeURIComponent(id);
  const target = { kind: kind as TargetKind, id: Number(name) || 1, path: name };
  const body = exchange.body as Json;
  switch (route.replace(/\/(?:project|group)s\//, "/targets/")) {
    case "GET /targets/{id}":
      return gitlab
        .resolve({ kind: target.kind, idOrPath: name })
        .then((found) =>
          same(found, { kind, id: body["id"], path: body["path_with_namespace"] ?? body["full_path"] }),
        );
    case "GET /targets/{id}/deploy_tokens":
      return gitlab
        .listTokens(target)
        .then(({ tokens, clockSkew }) => [
          ...same(tokens, (exchange.body as readonly Json[]).map(expectedToken)),
          ...(clockSkew === undefined ? ["no clock skew"] : []),
        ]);
    case "POST /targets/{id}/deploy_tokens":
      return gitlab
        .createToken(target, requested(exchange.request_body as Json), () => {})
        .then(({ token: created, value, answeredAt }) => [
          ...same(created, expectedToken(body)),
          ...same(value.reveal(), body["token"]),
          ...same(answeredAt?.toUTCString(), exchange.headers["Date"]),
        ]);
    case "DELETE /targets/{id}/deploy_tokens/{token_id}":
      return gitlab.deleteToken(target, Number(tokenId), () => {}).then(() => []);
    default:
      return asSetUp(route, exchange, fetch);
  }
};

/** What the port does not offer goes through the client below it. */
const asSetUp = async (
  route: string,
  { body, status }: Exchange,
  fetch: Fetch,
): Promise<readonly string[]> => {
  const limiter = createLimiter({ clock, requestsPerSecond: 1_000, concurrency: 1 });
  const connections = { fetch, fetchOnce: fetch, Request, close: async () => {} };
  const rest = createRest({
    url: URL_OF_GITLAB,
    token: new Secret("glpat-replayed"),
    userAgent: "conformance",
    connections,
    exchange: createExchange({ clock, limiter }),
  });
  const path = route === "GET /metadata" ? "/metadata" : "/personal_access_tokens/self";
  const answer = await rest.exchange({ route, subject: "ourselves", repeat: "always" }, () =>
    rest.client.GET(path),
  );
  return [...same(answer.status, status), ...same(answer.ok ? answer.data : answer.error, body)];
};

const requested = (body: Json) => ({
  name: String(body["name"]),
  username: "replayed",
  scopes: body["scopes"] as string[],
  expiresAt: new Date(String(body["expires_at"])),
});

const expectedToken = (body: Json): DeployToken => ({
  id: body["id"] as number,
  name: body["name"] as string,
  username: body["username"] as string,
  scopes: body["scopes"] as string[],
  revoked: body["revoked"] as boolean,
  expiresAt: new Date(String(body["expires_at"])),
});

/** A recorded refusal must come out as a coded error that carries its status. */
const failure = ({ status }: Exchange, error: unknown): readonly string[] => {
  if (!(error instanceof GitLabError)) throw error;
  const code = status === 404 ? "ERR_GITLAB_NOT_FOUND" : "ERR_GITLAB_UNAUTHORIZED";
  return status >= 400 ? [...same(error.code, code), ...same(error.status, status)] : [error.message];
};

/** The same method and content, and the same route but for the id, as we ask by id once a target is resolved. */
const requestProblems = async (exchange: Exchange, request: Request): Promise<readonly string[]> => {
  const shape = (path: string): string => path.replace(/s\/[^/]+\/deploy_tokens$/, "s/{id}/deploy_tokens");
  return [
    ...same(request.method, exchange.method),
    ...same(shape(new URL(request.url).pathname), shape(exchange.path)),
    ...same(request.headers.get("PRIVATE-TOKEN"), "glpat-replayed"),
    ...(exchange.request_body === null
      ? []
      : bodyProblems(exchange.request_body as Json, (await request.json()) as Json)),
  ];
};

/** All that was recorded was sent too; instants may be written in two ways. */
const bodyProblems = (recorded: Json, sent: Json): readonly string[] =>
  Object.entries(recorded).flatMap(([field, value]) =>
    field === "expires_at"
      ? same(new Date(String(sent[field])), new Date(String(value)))
      : same(sent[field], value),
  );

const same = (found: unknown, expected: unknown): readonly string[] =>
  isDeepStrictEqual(found, expected)
    ? []
    : [`${JSON.stringify(found)} in place of ${JSON.stringify(expected)}`];
