import type { Gate } from "../model/clock.ts";
import type { CreatedDeployToken, DeployToken, DeployTokenRequest, Scope } from "../model/deploy-token.ts";
import type { GitLab, TokenListing } from "../model/ports.ts";
import { Secret } from "../model/secret.ts";
import type { Target } from "../model/target.ts";
import { ANSWERS, readAnswer } from "./answers.ts";
import { type Answer, type Call, subjectOf } from "./call.ts";
import { failureOf, invalidAnswer, isMissing } from "./failure.ts";
import { PER_PAGE, readPages } from "./pages.ts";
import type { Rest } from "./rest.ts";
import { clockSkew, serverTime, smallestSkew } from "./server-time.ts";

const READINGS = 3;

export type Tokens = Pick<GitLab, "listTokens" | "getToken" | "createToken" | "deleteToken">;

export const createTokens = (rest: Rest): Tokens => ({
  listTokens: (target) => listTokens(rest, target),
  getToken: (target, id) => getToken(rest, target, id),
  createToken: (target, request, gate) => createToken(rest, target, { request, gate }),
  deleteToken: (target, id, gate) => deleteToken(rest, target, { id, gate }),
});

const callFor = (method: string, target: Target, one: boolean): Call => ({
  route: `${method} /${target.kind}s/{id}/deploy_tokens${one ? "/{token_id}" : ""}`,
  subject: subjectOf(target),
  repeat: "always",
  // A group's maintainer may look, but not touch.
  role: target.kind === "group" && method !== "GET" ? "Owner" : "Maintainer",
  scope: method === "GET" ? "read_api" : "api",
});

const listTokens = async (rest: Rest, target: Target): Promise<TokenListing> => {
  const call = callFor("GET", target, false);
  for (let reading = 1; ; reading += 1) {
    const { tokens, answers } = await readList(rest, target, call);
    // A token that is deleted while we turn the page moves the rest up, and one of them slips through: the total
    // then differs from page to page. Above 10,000 GitLab does not count.
    const moved = answers.find(
      ({ headers }) => Number(headers.get("X-Total") ?? tokens.length) !== tokens.length,
    );
    if (moved === undefined) return { tokens, clockSkew: smallestSkew(answers.map(clockSkew)) };
    if (reading === READINGS)
      throw invalidAnswer(call, moved, `of ${moved.headers.get("X-Total")} tokens it lists ${tokens.length}`);
  }
};

/** Without what was said, which would keep every page in memory until the last. */
type Heard = Pick<Answer, "status" | "headers" | "receivedAt" | "roundTrip">;

const readList = async (
  { client, exchange }: Rest,
  target: Target,
  call: Call,
): Promise<{ readonly tokens: readonly DeployToken[]; readonly answers: readonly Heard[] }> => {
  const answers: Heard[] = [];
  const tokens = new Map<number, DeployToken>();
  const pages = readPages(call, (page) => {
    const params = { path: { id: target.id }, query: { page, per_page: PER_PAGE } };
    return exchange(call, () =>
      target.kind === "project"
        ? client.GET("/projects/{id}/deploy_tokens", { params })
        : client.GET("/groups/{id}/deploy_tokens", { params }),
    );
  });
  for await (const answer of pages) {
    const { status, headers, receivedAt, roundTrip } = answer;
    answers.push({ status, headers, receivedAt, roundTrip });
    for (const token of readAnswer(ANSWERS.tokens, call, answer)) tokens.set(token.id, token);
  }
  return { tokens: [...tokens.values()], answers };
};

const getToken = async (
  { client, exchange }: Rest,
  target: Target,
  id: number,
): Promise<DeployToken | undefined> => {
  const call = callFor("GET", target, true);
  const params = { path: { id: target.id, token_id: id } };
  const answer = await exchange(call, () =>
    target.kind === "project"
      ? client.GET("/projects/{id}/deploy_tokens/{token_id}", { params })
      : client.GET("/groups/{id}/deploy_tokens/{token_id}", { params }),
  );
  if (answer.status === 404 && isMissing(answer.error)) return undefined;
  if (!answer.ok) throw failureOf(call, answer);
  const token = readAnswer(ANSWERS.token, call, answer);
  if (token.id !== id) throw invalidAnswer(call, answer, `asked for token ${id}, it shows ${token.id}`);
  return token;
};

interface Creation {
  readonly request: DeployTokenRequest;
  readonly gate: Gate;
}

const createToken = async (
  { client, exchange, fetchOnce }: Rest,
  target: Target,
  { request, gate }: Creation,
): Promise<CreatedDeployToken> => {
  const call: Call = { ...callFor("POST", target, false), repeat: "unprocessed", gate };
  const init = {
    fetch: fetchOnce,
    params: { path: { id: target.id } },
    body: {
      name: request.name,
      username: request.username,
      // GitLab knows better than our type which scopes there are.
      scopes: request.scopes as Scope[],
      expires_at: request.expiresAt.toISOString(),
    },
  };
  const answer = await exchange(call, () =>
    target.kind === "project"
      ? client.POST("/projects/{id}/deploy_tokens", init)
      : client.POST("/groups/{id}/deploy_tokens", init),
  );
  if (!answer.ok) throw failureOf(call, answer);
  if (answer.status !== 201) throw invalidAnswer(call, answer, `its status is ${answer.status}, not 201`);
  return {
    token: readAnswer(ANSWERS.token, call, answer),
    value: new Secret(readAnswer(ANSWERS.tokenValue, call, answer)),
    answeredAt: serverTime(answer.headers),
  };
};

interface Deletion {
  readonly id: number;
  readonly gate: Gate;
}

const deleteToken = async (
  { client, exchange }: Rest,
  target: Target,
  { id, gate }: Deletion,
): Promise<void> => {
  const call: Call = { ...callFor("DELETE", target, true), gate };
  const params = { path: { id: target.id, token_id: id } };
  const answer = await exchange(call, () =>
    target.kind === "project"
      ? client.DELETE("/projects/{id}/deploy_tokens/{token_id}", { params })
      : client.DELETE("/groups/{id}/deploy_tokens/{token_id}", { params }),
  );
  const isGone = answer.status === 204 || (answer.status === 404 && isMissing(answer.error));
  if (isGone) return;
  // A proxy's 200 would have a token taken for gone that is alive, and that nothing looks for again.
  throw answer.ok
    ? invalidAnswer(call, answer, `its status is ${answer.status}, not 204`)
    : failureOf(call, answer);
};
