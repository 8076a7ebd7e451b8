import { isModestJson } from "../model/modest-json.ts";

/** An answer that nobody should parse. */
export class ImmodestAnswerError extends Error {
  constructor() {
    super("more values or levels than any answer of GitLab's has");
  }
}

/** The answer, its text read and found fit to be parsed. What a refusal says beyond that is not needed. */
export const boundedAnswer = async (response: Response): Promise<Response> => {
  const text = await response.text();
  const isModest = isModestJson(text);
  if (!isModest && response.ok) throw new ImmodestAnswerError();
  const kept = isModest ? text : "";
  const { status, ok, headers } = response;
  const answer = { status, ok, headers, text: async () => kept, json: async () => JSON.parse(kept) };
  return answer as unknown as Response;
};
