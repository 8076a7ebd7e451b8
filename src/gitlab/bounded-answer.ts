import { isModestJson } from "../model/modest-json.ts";

/** An answer that nobody should parse. */
export class ImmodestAnswerError extends Error {
  constructor() {
    super("more values or levels than any answer of GitLab's has");
  }
}

/**
 * The answer, whose text is found fit before it is parsed. What a refusal says beyond that is not needed. `parseAs: "stream"`
 * gets the text as it came, for `parseUnread`.
 */
export const boundedAnswer = async (response: Response): Promise<Response> => {
  const body = await response.text();
  const { status, ok, headers } = response;
  const checked = (): string => (ok ? fitText(body) : isModestJson(body) ? body : "");
  const answer = {
    status,
    ok,
    headers,
    body,
    text: async () => checked(),
    json: async () => JSON.parse(checked()),
  };
  return answer as unknown as Response;
};

const fitText = (text: string): string => {
  if (!isModestJson(text)) throw new ImmodestAnswerError();
  return text;
};

/** What an answer's text says, of one that was left unread. */
export const parseUnread = (text: string): unknown => (text === "" ? undefined : JSON.parse(fitText(text)));
