import type { Answer, Call } from "./call.ts";
import { failureOf } from "./failure.ts";
import { nextPage, PER_PAGE } from "./pages.ts";

/** How many pages are asked for at once, where the limiter lets as many through. */
const AHEAD = 32;
/** The same where GitLab does not say how many there are: so many are asked for past the last one. */
const AHEAD_BLINDLY = 12;

/** How many pages there are, where GitLab says so: above 10,000 entries it does not count. */
const pageCount = ({ headers }: Answer): number => {
  const pages = headers.get("X-Total-Pages") ?? "";
  return /^\d{1,9}$/.test(pages) ? Number(pages) : Number.POSITIVE_INFINITY;
};

/**
 * Every page in its order, several asked for at once. The first one goes alone: it tells whether we may see the list, and
 * mostly how long it is. Where it does not, a few pages past the last are asked for, which are empty.
 */
export async function* readPagesAhead(
  call: Call,
  ask: (page: number) => Promise<Answer>,
): AsyncGenerator<Answer, void, undefined> {
  const asked = new Map<number, Promise<Answer>>();
  const send = (page: number): Promise<Answer> => {
    const answer = asked.get(page) ?? ask(page);
    asked.set(page, answer);
    // Pages that nobody comes to read may fail unheard.
    answer.catch(() => undefined);
    return answer;
  };
  let last = 1;
  for (let page: number | undefined = 1; page !== undefined; ) {
    const answer: Answer = await send(page);
    asked.delete(page);
    if (!answer.ok) throw failureOf(call, answer);
    if (page === 1) last = pageCount(answer);
    // A page that is not full is followed by none: what its header says of another is looked at where that is asked for.
    else if (Array.isArray(answer.data) && answer.data.length < PER_PAGE) last = page;
    yield answer;
    const next: number | undefined = nextPage({ call, answer, page });
    const room = Number.isFinite(last) ? AHEAD : AHEAD_BLINDLY;
    if (next !== undefined)
      for (let ahead = next; ahead < next + room && ahead <= last; ahead += 1) send(ahead);
    page = next;
  }
}
