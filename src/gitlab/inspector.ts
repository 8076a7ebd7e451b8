import type { AccessToken } from "../model/access-token.ts";
import type { GitLabInspector, GitLabVersion } from "../model/inspector.ts";
import type { Target } from "../model/target.ts";
import { ANSWERS, readAnswer } from "./answers.ts";
import { type Answer, type Call, subjectOf } from "./call.ts";
import { failureOf } from "./failure.ts";
import { PER_PAGE, readPages } from "./pages.ts";
import type { Rest } from "./rest.ts";
import { clockSkew } from "./server-time.ts";

export const createInspector = (rest: Rest): GitLabInspector => ({
  ownAccessToken: async () => {
    const { userId: _, ...token } = await ownAccessToken(rest);
    return token;
  },
  version: () => version(rest),
  groupsBelow: (group) => groupsBelow(rest, group),
  accessLevel: accessLevelWith(rest),
});

const callFor = (route: string, subject: string): Call => ({
  route: `GET ${route}`,
  subject,
  repeat: "always",
  scope: "read_api",
});

const succeeded = (call: Call, answer: Answer): Answer => {
  if (!answer.ok) throw failureOf(call, answer);
  return answer;
};

const ownAccessToken = async ({
  client,
  exchange,
}: Rest): Promise<AccessToken & { readonly userId: number }> => {
  const call = callFor("/personal_access_tokens/self", "our own access token");
  const answer = succeeded(call, await exchange(call, () => client.GET("/personal_access_tokens/self")));
  return readAnswer(ANSWERS.accessToken, call, answer);
};

const version = async ({ client, exchange }: Rest): Promise<GitLabVersion> => {
  const call = callFor("/metadata", "GitLab's version");
  const answer = succeeded(call, await exchange(call, () => client.GET("/metadata")));
  return { version: readAnswer(ANSWERS.metadata, call, answer).version, clockSkew: clockSkew(answer) };
};

async function* groupsBelow(
  { client, exchange }: Rest,
  group: Target,
): AsyncGenerator<Target, void, undefined> {
  const call = callFor("/groups/{id}/descendant_groups", subjectOf(group));
  const pages = readPages(call, (page) =>
    exchange(call, () =>
      client.GET("/groups/{id}/descendant_groups", {
        params: { path: { id: group.id }, query: { page, per_page: PER_PAGE } },
      }),
    ),
  );
  for await (const answer of pages) yield* readAnswer(ANSWERS.groups, call, answer);
}

/** Asked of the list of members: a group's own answer does not tell. Who we are is asked once. */
const accessLevelWith = (rest: Rest): GitLabInspector["accessLevel"] => {
  let self: ReturnType<typeof ownAccessToken> | undefined;
  return async (target) => {
    self ??= ownAccessToken(rest);
    return accessLevel(rest, target, (await self).userId);
  };
};

const accessLevel = async (
  { client, exchange }: Rest,
  target: Target,
  userId: number,
): Promise<number | undefined> => {
  const call = callFor(`/${target.kind}s/{id}/members/all/{user_id}`, subjectOf(target));
  const params = { path: { id: target.id, user_id: userId } };
  const answer = await exchange(call, () =>
    target.kind === "project"
      ? client.GET("/projects/{id}/members/all/{user_id}", { params })
      : client.GET("/groups/{id}/members/all/{user_id}", { params }),
  );
  // An administrator need not be a member.
  if (answer.status === 404) return undefined;
  return readAnswer(ANSWERS.member, call, succeeded(call, answer)).access_level;
};
