import type { LoggedRequest } from "../http/call.ts";
import { createFaults, type Faults } from "../http/faults.ts";
import { startServer } from "../http/server.ts";
import { createDeployTokenBook } from "./deploy-token-book.ts";
import { createFrontDoor, type Limits } from "./front-door.ts";
import { createSecrets } from "./secrets.ts";
import type { Site } from "./site.ts";
import { emptyState } from "./state.ts";
import { createWorld, type GitLabWorld } from "./world.ts";

export interface GitLabSimulatorOptions extends Limits {
  readonly clock?: { now(): Date };
  readonly version?: string;
  /** E.g. `/gitlab`; it becomes part of `url`. */
  readonly relativeRoot?: string;
  /** The host in `Link` and other addresses. Not the simulator's own unless a test says so. */
  readonly configuredUrl?: string;
  readonly dependencyProxy?: boolean;
  /** Lists longer than this carry no totals. */
  readonly countedRows?: number;
}

export interface GitLabSimulator {
  readonly url: string;
  readonly world: GitLabWorld;
  readonly log: LoggedRequest[];
  readonly faults: Faults;
  /** Every token value ever issued, personal access tokens too. */
  issuedSecrets(): string[];
  close(): Promise<void>;
}

const createSite = (options: GitLabSimulatorOptions, now: () => Date): Omit<Site, "faults"> => {
  const state = emptyState();
  const secrets = createSecrets();
  return {
    state,
    secrets,
    now,
    book: createDeployTokenBook(state, now, secrets),
    configuredUrl: options.configuredUrl ?? `https://gitlab.example.com${options.relativeRoot ?? ""}`,
    version: options.version ?? "19.1.1-ee",
    dependencyProxy: options.dependencyProxy ?? true,
    countedRows: options.countedRows ?? 10_000,
  };
};

export const startGitLab = async (options: GitLabSimulatorOptions = {}): Promise<GitLabSimulator> => {
  const now = (): Date => options.clock?.now() ?? new Date();
  const faults = createFaults();
  const log: LoggedRequest[] = [];
  const site: Site = { ...createSite(options, now), faults };
  const relativeRoot = options.relativeRoot ?? "";
  const door = createFrontDoor(site, options);
  const server = await startServer({ now, faults, log, relativeRoot, ...door });
  return {
    url: `${server.origin}${relativeRoot}`,
    world: createWorld(site),
    log,
    faults,
    issuedSecrets: site.secrets.issued,
    close: server.close,
  };
};
