import { describe, expect, test } from "vitest";
import { Secret } from "../../src/model/secret.ts";
import { API, aGitLab, aRequest, failureFrom, json, PLATFORM, tinyServer } from "./tiny-server.ts";

const open = (): void => {};
const oauth = (description: string) => ({ error: "invalid_token", error_description: description });

describe("401", () => {
  test.each([
    [
      "unknown",
      { message: "401 Unauthorized" },
      'GitLab answered 401 "401 Unauthorized" to GET /projects/{id}/deploy_tokens for project platform/api. GitLab does not know the access token: create an access token with the scope api and set GITLAB_TOKEN.',
    ],
    [
      "expired",
      oauth("Token is expired. You can either do re-authorization or token refresh."),
      'GitLab answered 401 "Token is expired. You can either do re-authorization or token refresh." to GET /projects/{id}/deploy_tokens for project platform/api. The access token has expired: create an access token with the scope api and set GITLAB_TOKEN.',
    ],
    [
      "revoked",
      oauth("Token was revoked. You have to re-authorize from the user."),
      'GitLab answered 401 "Token was revoked. You have to re-authorize from the user." to GET /projects/{id}/deploy_tokens for project platform/api. The access token was revoked: create an access token with the scope api and set GITLAB_TOKEN.',
    ],
  ])("says that the access token is %s, and what to do", async (_, body, message) => {
    const server = await tinyServer(json(401, body));
    const error = await failureFrom(aGitLab(server.url).listTokens(API));
    expect(error).toMatchObject({ code: "ERR_GITLAB_UNAUTHORIZED", status: 401, message });
  });
});

describe("403", () => {
  const scope = {
    error: "insufficient_scope",
    error_description: "The request requires higher privileges.",
    scope: "api",
  };
  test.each([
    [
      "reading a project's",
      API,
      "list",
      { message: "403 Forbidden" },
      "needs the role Maintainer in the project platform/api.",
    ],
    [
      "creating a project's",
      API,
      "create",
      { message: "403 Forbidden" },
      "needs the role Maintainer in the project platform/api.",
    ],
    [
      "reading a group's",
      PLATFORM,
      "list",
      { message: "403 Forbidden" },
      "needs the role Maintainer in the group platform.",
    ],
    [
      "creating a group's",
      PLATFORM,
      "create",
      { message: "403 Forbidden" },
      "needs the role Owner in the group platform.",
    ],
    [
      "deleting a group's",
      PLATFORM,
      "delete",
      { message: "403 Forbidden" },
      "needs the role Owner in the group platform.",
    ],
    [
      "lacking a scope",
      API,
      "create",
      scope,
      "scopes do not allow it (one of: api): create one with the scope api and set GITLAB_TOKEN.",
    ],
    [
      "lacking a scope that the answer does not name",
      API,
      "create",
      { error: "insufficient_scope" },
      "scopes do not allow it (one of: api): create one",
    ],
    [
      "lacking a scope, without a control character of it",
      API,
      "list",
      { ...scope, scope: "api\u001b[2J" },
      "(one of: api\\u001b[2J)",
    ],
    ["being shut out", API, "list", "Forbidden\n", "shuts this address out: wait until the ban ends"],
  ] as const)("says what is needed when %s", async (_, target, what, body, advice) => {
    const server = await tinyServer(json(403, body));
    const gitlab = aGitLab(server.url);
    const calls = {
      list: () => gitlab.listTokens(target),
      create: () => gitlab.createToken(target, aRequest, open),
      delete: () => gitlab.deleteToken(target, 1, open),
    };
    const error = await failureFrom(calls[what]());
    expect(error).toMatchObject({ code: "ERR_GITLAB_FORBIDDEN", outcome: "refused" });
    expect(error.message).toContain(advice);
  });
});

describe("404", () => {
  test.each([
    [
      "the target is hidden or gone",
      { message: "404 Project Not Found" },
      "does not exist, or the access token's user cannot see it",
    ],
    ["what was asked for is gone", { message: "404 Not found" }, "It does not exist there any more."],
    ["the route is unknown", { error: "404 Not Found" }, "no proxy decodes %2F"],
    ["a web server answers", "<html>nginx</html>", "check gitlab.url"],
  ])("tells that %s", async (_, body, advice) => {
    const server = await tinyServer(json(404, body));
    const error = await failureFrom(aGitLab(server.url).listTokens(API));
    expect(error).toMatchObject({ code: "ERR_GITLAB_NOT_FOUND" });
    expect(error.message).toContain(advice);
    expect(error.message).not.toContain("<html>");
  });
});

describe("400", () => {
  test.each([
    ["in one shape", (token: string) => ({ message: `header ${token} was blocked` })],
    ["in the other shape", (token: string) => ({ error: `header ${token} was blocked` })],
  ])("never quotes our access token, whatever it looks like: %s", async (_, body) => {
    // As an administrator may set the prefix to nothing, no pattern tells it.
    const token = "0123456789_abcdefghi-x";
    const server = await tinyServer(json(400, body(token)));
    const error = await failureFrom(aGitLab(server.url, { token: new Secret(token) }).listTokens(API));
    expect(error.message).toContain('"header [secret] was blocked"');
  });

  test("quotes GitLab", async () => {
    const server = await tinyServer(json(400, { message: "Username can contain only letters\u001b[2J" }));
    const error = await failureFrom(aGitLab(server.url).createToken(API, aRequest, open));
    expect(error).toMatchObject({ code: "ERR_GITLAB_INVALID", outcome: "refused" });
    expect(error.message).toBe(
      'GitLab answered 400 "Username can contain only letters\\u001b[2J" to POST /projects/{id}/deploy_tokens for project platform/api. GitLab refuses what was asked; nothing was changed.',
    );
  });
});
