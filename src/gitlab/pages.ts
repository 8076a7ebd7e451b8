import type { GitLabError } from "../model/errors.ts";
import type { Answer, Call } from "./call.ts";
import { failureOf, invalidAnswer } from "./failure.ts";

/** A million entries: a server that has more of them, or repeats itself, must not keep a pass going for ever. */
const MAX_PAGES = 10_000;

/** The most that GitLab gives at once. */
export const PER_PAGE = 100;

/**
 * Every page, by number. `Link` is not followed: GitLab writes it with the host that it is configured with,
 * and our access token must not go anywhere but to the one that we were given.
 */
export async function* readPages(
  call: Call,
  ask: (page: number) => Promise<Answer>,
): AsyncGenerator<Answer, void, undefined> {
  let page: number | undefined = 1;
  while (page !== undefined) {
    const answer: Answer = await ask(page);
    if (!answer.ok) throw failureOf(call, answer);
    yield answer;
    page = nextPage({ call, answer, page });
  }
}

interface Turned {
  readonly call: Call;
  readonly answer: Answer;
  readonly page: number;
}

export const nextPage = ({ call, answer, page }: Turned): number | undefined => {
  const header = answer.headers.get("X-Next-Page")?.trim();
  const broken = (problem: string): GitLabError => invalidAnswer(call, answer, problem);
  if (header === "") return undefined;
  if (header === undefined) {
    // Without the header only a page that is not full is surely the last.
    if (Array.isArray(answer.data) && answer.data.length < PER_PAGE) return undefined;
    throw broken(`page ${page} is full and has no X-Next-Page header`);
  }
  // Else a server that always names another page would keep a pass going for ever.
  if (Array.isArray(answer.data) && answer.data.length === 0)
    throw broken(`page ${page} is empty and its X-Next-Page header names another`);
  if (page >= MAX_PAGES) throw broken(`after ${MAX_PAGES} pages there are still more`);
  if (!/^\d{1,9}$/.test(header) || Number(header) <= page)
    throw broken(`after page ${page} its X-Next-Page header does not name a later page`);
  return Number(header);
};
