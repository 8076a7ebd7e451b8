import { GitLabError } from "../model/errors.ts";
import type { GitLab } from "../model/ports.ts";
import type { Target, TargetReference } from "../model/target.ts";
import { ANSWERS, readAnswer } from "./answers.ts";
import { type Answer, type Call, subjectOf } from "./call.ts";
import { failureOf, invalidAnswer } from "./failure.ts";
import { PER_PAGE } from "./pages.ts";
import { readPagesAhead } from "./pages-ahead.ts";
import type { Rest } from "./rest.ts";

export type Targets = Pick<GitLab, "resolve" | "projectsBelow">;

export const createTargets = (rest: Rest): Targets => ({
  resolve: (reference) => resolveTarget(rest, reference),
  projectsBelow: (group) => projectsBelow(rest, group),
});

const resolveTarget = async ({ client, exchange }: Rest, reference: TargetReference): Promise<Target> => {
  const { kind, idOrPath: id } = reference;
  const call: Call = {
    route: `GET /${kind}s/{id}`,
    subject: `${kind} ${id}`,
    repeat: "always",
    scope: "read_api",
  };
  const path = { id };
  const answer = await exchange(call, () =>
    kind === "project"
      ? // Not followed either: read, to tell a project that moved from a wrong gitlab.url.
        client.GET("/projects/{id}", { params: { path }, redirect: "manual" })
      : client.GET("/groups/{id}", { params: { path, query: { with_projects: false } } }),
  );
  if (answer.status >= 300 && answer.status < 400) throw moved(call, answer);
  if (!answer.ok) throw failureOf(call, answer);
  const target = readAnswer(kind === "project" ? ANSWERS.project : ANSWERS.group, call, answer);
  if (typeof id === "number" && target.id !== id)
    throw invalidAnswer(call, answer, `asked for ${kind} ${id}, it shows ${target.id}`);
  return target;
};

const moved = (call: Call, answer: Answer): GitLabError => {
  const id = /\/api\/v4\/projects\/([1-9]\d{0,15})(?:[/?#]|$)/.exec(
    answer.headers.get("Location") ?? "",
  )?.[1];
  if (id === undefined) return failureOf(call, answer);
  return new GitLabError(`The ${call.subject} has moved: use its new path or its id, ${id}.`, {
    code: "ERR_GITLAB_NOT_FOUND",
    route: call.route,
    status: answer.status,
    outcome: "refused",
    movedTo: Number(id),
  });
};

async function* projectsBelow(
  { client, exchange }: Rest,
  group: Target,
): AsyncGenerator<Target, void, undefined> {
  const call: Call = {
    route: "GET /groups/{id}/projects",
    subject: subjectOf(group),
    repeat: "always",
    scope: "read_api",
  };
  const pages = readPagesAhead(call, (page) =>
    exchange(call, () =>
      client.GET("/groups/{id}/projects", {
        params: {
          path: { id: group.id },
          query: {
            include_subgroups: true,
            with_shared: false,
            archived: false,
            order_by: "id",
            sort: "asc",
            simple: true,
            page,
            per_page: PER_PAGE,
          },
        },
      }),
    ),
  );
  let lastId = 0;
  for await (const answer of pages)
    for (const project of readAnswer(ANSWERS.projects, call, answer)) {
      // Ids ascend, so one that does not is a project that has slid onto this page from the last.
      if (project.id <= lastId) continue;
      lastId = project.id;
      yield project;
    }
}
