import type { GitLab, InstancePage } from "../model/ports.ts";
import { ANSWERS, readAnswer } from "./answers.ts";
import type { Call } from "./call.ts";
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

/** Administrators only. */
export const createInstanceTokens = ({ client, exchange }: Rest): Pick<GitLab, "instanceTokens"> => ({
  async *instanceTokens(): AsyncGenerator<InstancePage, void, undefined> {
    const pages = readPagesAhead(CALL, (page) =>
      exchange(CALL, () => client.GET("/deploy_tokens", { params: { query: { page, per_page: PER_PAGE } } })),
    );
    for await (const answer of pages) {
      const total = answer.headers.get("X-Total") ?? "";
      yield {
        tokens: readAnswer(ANSWERS.tokens, CALL, answer),
        clockSkew: clockSkew(answer),
        total: /^\d{1,12}$/.test(total) ? Number(total) : undefined,
      };
    }
  },
});
