import type { Answer, Call } from "./call.ts";
import { failureOf } from "./failure.ts";
import { nextPage, PER_PAGE } from "./pages.ts";

/** How many pages are asked for beyond the one that is worked through, where the limiter lets as many through. */
const AHEAD = 32;
/** How many may be under way where GitLab does not say how many there are: nearly as many are asked for past the last one. */
const AT_ONCE_BLINDLY = 8;

/** How many pages there are, where GitLab says so: above 10,000 entries it does not count. */
const pageCount = ({ headers }: Answer): number => {
  const pages = headers.get("X-Total-Pages") ?? "";
  return /^\d{1,9}$/.test(pages) ? Number(pages) : Number.POSITIVE_INFINITY;
};

/** A page that is not full is followed by none: what its header says of another is looked at where that is asked for. */
const isFull = ({ ok, data }: Answer): boolean => ok && !(Array.isArray(data) && data.length < PER_PAGE);

/**
 * Every page in its order, several asked for at once. The first one goes alone: it tells whether we may see the list, and
 * mostly how long it is. Where it does not, a few pages past the last are asked for, which are empty.
 */
export async function* readPagesAhead(
  call: Call,
  ask: (page: number) => Promise<Answer>,
): AsyncGenerator<Answer, void, undefined> {
  const asked = new Map<number, Promise<Answer>>();
  let last = 1;
  let underWay = 0;
  let reading = 1;
  let following = 2;

  const send = (page: number): Promise<Answer> => {
    const answer = ask(page);
    asked.set(page, answer);
    underWay += 1;
    const ended = (isLast: boolean): void => {
      underWay -= 1;
      if (isLast) last = Math.min(last, page);
      // As soon as one has come, whatever is still to be done with those before it.
      sendAhead();
    };
    // Pages that nobody comes to read may fail unheard.
    answer.then(
      (sent) => ended(!isFull(sent)),
      () => ended(true),
    );
    return answer;
  };
  const sendAhead = (): void => {
    const most = Number.isFinite(last) ? AHEAD : AT_ONCE_BLINDLY;
    for (; underWay < most && following <= Math.min(last, reading + AHEAD); following += 1) send(following);
  };

  try {
    for (let page: number | undefined = 1; page !== undefined; ) {
      reading = page;
      const answer: Answer = await (asked.get(page) ?? send(page));
      asked.delete(page);
      if (!answer.ok) throw failureOf(call, answer);
      const next: number | undefined = nextPage({ call, answer, page });
      if (page === 1 && next !== undefined) last = pageCount(answer);
      yield answer;
      // Not before: with the first page, whoever reads may have read enough.
      sendAhead();
      page = next;
    }
  } finally {
    // Whoever has read enough wants no more of them.
    last = 0;
  }
}
