import type { GitLabSimulator } from "./simulator.ts";

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: the tests look at JSON of many shapes
  readonly json: any;
}

export interface Asked {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Ask = (request: string, asked?: Asked) => Promise<Reply>;

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** `ask("GET /api/v4/metadata")`, over real HTTP; redirects are not followed. */
export const asking =
  (gitlab: Pick<GitLabSimulator, "url">, token?: string): Ask =>
  async (request, { body, headers } = {}) => {
    const [method = "", path = ""] = request.split(/ (.*)/s);
    const response = await fetch(`${gitlab.url}${path}`, {
      method,
      redirect: "manual",
      headers: {
        ...(token !== undefined && { "private-token": token }),
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: parsed(text) };
  };

export const basic = ({ username, token }: { username: string; token: string }): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${username}:${token}`).toString("base64")}`,
});
