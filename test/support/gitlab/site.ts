import type { Answer, Call } from "../http/call.ts";
import type { Faults } from "../http/faults.ts";
import type { DeployTokenBook } from "./deploy-token-book.ts";
import type { Secrets } from "./secrets.ts";
import type { PersonalAccessTokenRow, WorldState } from "./state.ts";

/** What every route works on. */
export interface Site {
  readonly state: WorldState;
  readonly book: DeployTokenBook;
  readonly secrets: Secrets;
  readonly faults: Faults;
  readonly now: () => Date;
  /** The host in GitLab's own configuration, which appears in links; seldom the one that was asked. */
  readonly configuredUrl: string;
  readonly version: string;
  readonly dependencyProxy: boolean;
  /** Lists of more rows than this carry no totals. */
  readonly countedRows: number;
}

/**
 * Keys that 19.1.1 was recorded with and 17.11.7 without; which release between the two brought them is not known.
 */
export const isRecent = (site: Site): boolean => Number.parseInt(site.version, 10) >= 19;

/** The decoded path parameters are in `params`. */
export interface RoutedCall extends Call {
  readonly params: Readonly<Record<string, string>>;
}

export type Handler = (site: Site, call: RoutedCall) => Answer;

export interface Route {
  readonly method: "GET" | "POST" | "DELETE";
  /** `:name` stands for one path segment, `*name` for one or more. */
  readonly template: string;
  readonly handle: Handler;
}

/** The caller of the REST API; absent without credentials. */
export type Caller = PersonalAccessTokenRow | undefined;
