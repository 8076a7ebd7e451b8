import type { IncomingMessage } from "node:http";

/** A request as it arrived. `pathname` is raw: `%2F` is still `%2F`, for GitLab's router tells them apart. */
export interface Call {
  readonly method: string;
  /** With the query, below the relative root. */
  readonly path: string;
  readonly pathname: string;
  /** The relative root that the path stands below; empty for none. */
  readonly root: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The template of the route, e.g. `/api/v4/projects/:id/deploy_tokens`. */
  readonly route: string;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
}

export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly route: string;
  /** Absent when it was never answered. */
  status: number | undefined;
  readonly at: Date;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
};

export const flatHeaders = (request: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(", ") : (value ?? ""),
    ]),
  );
