import { INSTANCE } from "./estate.ts";
import type { Answer } from "./server.ts";

const JSON_TYPE = { "Content-Type": "application/json" };
/** Above so many rows GitLab does not count them. */
const COUNTED = 10_000;

export const json = (route: string, status: number, body: string): Answer => ({
  route,
  status,
  headers: JSON_TYPE,
  body,
});

export const missing = (route: string, what: string): Answer =>
  json(route, 404, `{"message":"404 ${what}Not Found"}`);

export interface Rows {
  readonly total: number;
  /** The row's JSON. */
  readonly row: (index: number) => string;
}

/** One page of so many rows, each as its text. */
export const paged = (route: string, url: string, { total, row }: Rows): Answer => {
  const query = new URLSearchParams(url.slice(url.indexOf("?") + 1));
  const page = Number(query.get("page") ?? 1);
  const perPage = Math.min(100, Number(query.get("per_page") ?? 20));
  const from = Math.min(total, (page - 1) * perPage);
  const to = Math.min(total, from + perPage);
  const rows: string[] = [];
  for (let index = from; index < to; index += 1) rows.push(row(index));
  const pages = Math.max(1, Math.ceil(total / perPage));
  const next = page < pages ? String(page + 1) : "";
  return {
    route,
    status: 200,
    headers: {
      ...JSON_TYPE,
      ...(next === "" ? {} : { Link: linkTo(url, page + 1) }),
      "X-Next-Page": next,
      "X-Page": String(page),
      "X-Per-Page": String(perPage),
      "X-Prev-Page": page > 1 ? String(page - 1) : "",
      ...(total > COUNTED ? {} : { "X-Total": String(total), "X-Total-Pages": String(pages) }),
    },
    body: `[${rows.join(",")}]`,
  };
};

const linkTo = (url: string, page: number): string => {
  const [path, text = ""] = url.split("?", 2);
  const query = new URLSearchParams(text);
  query.set("page", String(page));
  // With the host that GitLab is configured with, not the one that was asked.
  return `<https://${INSTANCE}${path}?${query}>; rel="next"`;
};
