import type { DeployToken } from "../model/deploy-token.ts";
import type { ReadListing, TokenListing } from "../model/ports.ts";
import type { Target } from "../model/target.ts";
import { ANSWERS, readAnswer } from "./answers.ts";
import { type Answer, type Call, tokensCall } from "./call.ts";
import { failureOf, invalidAnswer } from "./failure.ts";
import { nextPage, PER_PAGE } from "./pages.ts";
import type { Rest } from "./rest.ts";
import { clockSkew, smallestSkew } from "./server-time.ts";
import { keepUnread, readUnread } from "./unread.ts";

const READINGS = 3;

/** Asks for a page of the list, and leaves what is in it unread. */
type AskForPage = (page: number) => Promise<Answer>;

export const fetchTokens = async ({ client, exchange }: Rest, target: Target): Promise<ReadListing> => {
  const call = tokensCall("GET", target, false);
  const ask: AskForPage = (page) => {
    const init = {
      params: { path: { id: target.id }, query: { page, per_page: PER_PAGE } },
      parseAs,
    } as const;
    return exchange(call, () =>
      target.kind === "project"
        ? client.GET("/projects/{id}/deploy_tokens", init)
        : client.GET("/groups/{id}/deploy_tokens", init),
    );
  };
  const answer = await ask(1);
  if (!answer.ok) throw failureOf(call, answer);
  const first = keepUnread(answer);
  const read = (): Promise<TokenListing> => readListing(call, ask, first);
  if (first.headers.get("X-Next-Page")?.trim() === "") return read;
  const listing = await read();
  return async () => listing;
};

const parseAs = "stream";

const readListing = async (call: Call, ask: AskForPage, first: Answer): Promise<TokenListing> => {
  for (let reading = 1; ; reading += 1) {
    const { tokens, answers } = await readPagesOf(call, ask, reading === 1 ? first : await ask(1));
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

const readPagesOf = async (
  call: Call,
  ask: AskForPage,
  first: Answer,
): Promise<{ readonly tokens: readonly DeployToken[]; readonly answers: readonly Heard[] }> => {
  const answers: Heard[] = [];
  const tokens = new Map<number, DeployToken>();
  for (let page: number | undefined = 1, unread = first; page !== undefined; ) {
    if (!unread.ok) throw failureOf(call, unread);
    const answer = readUnread(call, unread);
    const { status, headers, receivedAt, roundTrip } = answer;
    answers.push({ status, headers, receivedAt, roundTrip });
    for (const token of readAnswer(ANSWERS.tokens, call, answer)) tokens.set(token.id, token);
    page = nextPage({ call, answer, page });
    if (page !== undefined) unread = await ask(page);
  }
  return { tokens: [...tokens.values()], answers };
};
