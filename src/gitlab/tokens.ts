import type { Gate } from "../model/clock.ts";
import type { CreatedDeployToken, DeployToken, DeployTokenRequest, Scope } from "../model/deploy-token.ts";
import type { GitLab } from "../model/ports.ts";
import { Secret } from "../model/secret.ts";
import type { Target } from "../model/target.ts";
import { ANSWERS, readAnswer } from "./answers.ts";
import { type Call, tokensCall } from "./call.ts";
import { failureOf, invalidAnswer, isMissing } from "./failure.ts";
import { fetchTokens } from "./list-tokens.ts";
import type { Rest } from "./rest.ts";
import { serverTime } from "./server-time.ts";

export type Tokens = Pick<GitLab, "listTokens" | "fetchTokens" | "getToken" | "createToken" | "deleteToken">;

export const createTokens = (rest: Rest): Tokens => ({
  listTokens: async (target) => (await fetchTokens(rest, target))(),
  fetchTokens: (target) => fetchTokens(rest, target),
  getToken: (target, id) => getToken(rest, target, id),
  createToken: (target, request, gate) => createToken(rest, target, { request, gate }),
  deleteToken: (target, id, gate) => deleteToken(rest, target, { id, gate }),
});

const getToken = async (
  { client, exchange }: Rest,
  target: Target,
  id: number,
): Promise<DeployToken | undefined> => {
  const call = tokensCall("GET", target, true);
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
  const call: Call = { ...tokensCall("POST", target, false), repeat: "unprocessed", gate };
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
  const call: Call = { ...tokensCall("DELETE", target, true), gate };
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
