import type { Clock } from "../model/clock.ts";
import type { DeployToken } from "../model/deploy-token.ts";
import { milliseconds } from "../model/duration.ts";
import type { GitLab, InstancePage } from "../model/ports.ts";
import { ANSWERS, readAnswer } from "./answers.ts";
import type { Answer, Call } from "./call.ts";
import { failureOf } from "./failure.ts";
import { PER_PAGE } from "./pages.ts";
import { readPagesAhead } from "./pages-ahead.ts";
import type { Rest } from "./rest.ts";
import { clockSkew } from "./server-time.ts";

const CALL: Call = {
  route: "GET /deploy_tokens",
  subject: "every deploy token of the instance",
  repeat: "always",
  scope: "read_api",
};

/** Entries that are read in one go, before others get a turn: the next page is to be asked for as soon as one has come. */
const AT_A_STRETCH = 10;

const readTokens = async (answer: Answer, clock: Clock): Promise<readonly DeployToken[]> => {
  const tokens: DeployToken[] = [];
  for (const [index, entry] of readAnswer(ANSWERS.entries, CALL, answer).entries()) {
    if (index % AT_A_STRETCH === AT_A_STRETCH - 1) await clock.sleep(milliseconds(0));
    tokens.push(readAnswer(ANSWERS.token, CALL, { ...answer, data: entry }, [index]));
  }
  return tokens;
};

/** Administrators only. */
export const createInstanceTokens = (
  { client, exchange }: Rest,
  clock: Clock,
): Pick<GitLab, "instanceTokens" | "mayListInstance"> => ({
  mayListInstance: async () => {
    const query = { page: 1, per_page: 1 };
    const answer = await exchange(CALL, () => client.GET("/deploy_tokens", { params: { query } }));
    if (!answer.ok && answer.status !== 403) throw failureOf(CALL, answer);
    return answer.ok;
  },
  async *instanceTokens(): AsyncGenerator<InstancePage, void, undefined> {
    const pages = readPagesAhead(CALL, (page) =>
      exchange(CALL, () => client.GET("/deploy_tokens", { params: { query: { page, per_page: PER_PAGE } } })),
    );
    for await (const answer of pages) {
      const total = answer.headers.get("X-Total") ?? "";
      yield {
        tokens: await readTokens(answer, clock),
        clockSkew: clockSkew(answer),
        total: /^\d{1,12}$/.test(total) ? Number(total) : undefined,
      };
    }
  },
});
