import type { Answer } from "../http/call.ts";
import { json } from "./answers.ts";
import { type Checker, integer } from "./parameters.ts";
import type { RoutedCall, Site } from "./site.ts";

const DEFAULT_SIZE = 20;
const MAX_SIZE = 100;

export interface Paging {
  readonly page: number;
  readonly perPage: number;
}

export const readPaging = (checker: Checker): Paging => {
  const page = integer(checker, "page") ?? 1;
  const perPage = integer(checker, "per_page") ?? DEFAULT_SIZE;
  if (perPage === 0) checker.fault("per_page has a value not allowed");
  return { page: Math.max(1, page), perPage: perPage < 0 ? DEFAULT_SIZE : Math.min(perPage, MAX_SIZE) };
};

const blank = (number: number | undefined): string => (number === undefined ? "" : String(number));

/** On the configured host, not on the one that was asked, and with the path's own parameters in the query. */
const linkTo = (site: Site, call: RoutedCall, { page, perPage }: Paging): string => {
  const query = new URLSearchParams({ ...Object.fromEntries(call.query), ...call.params });
  query.delete("private_token");
  query.set("page", String(page));
  query.set("per_page", String(perPage));
  query.sort();
  return `${site.configuredUrl}${call.pathname}?${query}`;
};

/** One page of `rows`, with every header that GitLab sends beside it. */
export const paginate = <Row>(
  site: Site,
  call: RoutedCall,
  { rows, paging, entity }: { rows: readonly Row[]; paging: Paging; entity: (row: Row) => unknown },
): Answer => {
  const { page, perPage } = paging;
  const pages = Math.max(1, Math.ceil(rows.length / perPage));
  const previous = page > 1 && page <= pages ? page - 1 : undefined;
  const next = page < pages ? page + 1 : undefined;
  const counted = rows.length <= site.countedRows;
  const relations = { prev: previous, next, first: 1, last: counted ? pages : undefined };
  const links = Object.entries(relations).flatMap(([relation, target]) =>
    target === undefined ? [] : [`<${linkTo(site, call, { page: target, perPage })}>; rel="${relation}"`],
  );
  const shown = rows.slice((page - 1) * perPage, page * perPage).map(entity);
  return json(200, shown, {
    Link: links.join(", "),
    "X-Next-Page": blank(next),
    "X-Page": String(page),
    "X-Per-Page": String(perPage),
    "X-Prev-Page": blank(previous),
    ...(counted && { "X-Total": String(rows.length), "X-Total-Pages": String(pages) }),
  });
};
