import type { Answer, Call } from "../http/call.ts";
import { error, text } from "./answers.ts";
import type { Route, Site } from "./site.ts";

interface Match {
  readonly route: Route;
  readonly params: Record<string, string>;
}

const escapeLiteral = (literal: string): string => literal.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&");

/** One segment is what stands between two slashes: a path whose `/` is not encoded fits no route, as in GitLab. */
const compile = (template: string): RegExp => {
  const pattern = template
    .split(/([:*][a-z_]+)/)
    .map((part) => {
      if (part.startsWith(":")) return `(?<${part.slice(1)}>[^/]+)`;
      return part.startsWith("*") ? `(?<${part.slice(1)}>.+?)` : escapeLiteral(part);
    })
    .join("");
  return new RegExp(`^${pattern}$`);
};

const decoded = (groups: Record<string, string> | undefined): Record<string, string> | undefined => {
  try {
    return Object.fromEntries(
      Object.entries(groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]),
    );
  } catch {
    return undefined;
  }
};

/** Also what stands outside the relative root. */
export const unknownRoute = (pathname: string): Answer =>
  pathname.startsWith("/api/")
    ? error(404, "404 Not Found").answer
    : text(404, "<!DOCTYPE html><title>404</title>", { "Content-Type": "text/html; charset=utf-8" });

export interface Router {
  templateOf(method: string, pathname: string): string;
  handle(site: Site, call: Call): Answer;
}

export const createRouter = (routes: readonly Route[]): Router => {
  const compiled = routes.map((route) => ({ route, pattern: compile(route.template) }));
  const atPath = (pathname: string): Match[] =>
    compiled.flatMap(({ route, pattern }) => {
      const found = pattern.exec(pathname);
      const params = found && decoded(found.groups);
      return params ? [{ route, params }] : [];
    });
  const fits = (method: string, matches: readonly Match[]): Match | undefined =>
    matches.find(({ route }) => route.method === (method === "HEAD" ? "GET" : method));
  return {
    templateOf: (method, pathname) => {
      const matches = atPath(pathname);
      return (fits(method, matches) ?? matches[0])?.route.template ?? "";
    },
    handle: (site, call) => {
      const matches = atPath(call.pathname);
      const match = fits(call.method, matches);
      if (match !== undefined) return match.route.handle(site, { ...call, params: match.params });
      return matches.length > 0 && call.pathname.startsWith("/api/")
        ? error(405, "405 Not Allowed").answer
        : unknownRoute(call.pathname);
    },
  };
};
