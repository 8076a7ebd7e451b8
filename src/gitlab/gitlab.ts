import { milliseconds } from "../model/duration.ts";
import type { GitLabInspector } from "../model/inspector.ts";
import type { GitLab } from "../model/ports.ts";
import { type Connections, createConnections } from "./connections.ts";
import { createExchange } from "./exchange.ts";
import { createInspector } from "./inspector.ts";
import { createInstanceTokens } from "./instance-tokens.ts";
import { createLimiter } from "./limiter.ts";
import type { Fetch, GitLabOptions } from "./options.ts";
import { createRest } from "./rest.ts";
import { createTargets } from "./targets.ts";
import { createTokens } from "./tokens.ts";
import { createVerification } from "./verification/verify-token.ts";

const USER_AGENT = "deploy-token-rotator";

export interface GitLabClient extends GitLab, GitLabInspector {
  /** Another process was refused: nothing is sent before `until`, in milliseconds of the wall clock, or five minutes. */
  pause(until: number): void;
  /** Breaks off what is still under way. */
  close(): Promise<void>;
}

/** GitLab over HTTP. */
export const createGitLab = (options: GitLabOptions): GitLabClient => {
  const { url, token, clock, telemetry, userAgent = USER_AGENT } = options;
  const connections = options.fetch === undefined ? createConnections(options) : replaced(options.fetch);
  const limiter = createLimiter(options);
  const exchange = createExchange({ clock, limiter, telemetry });
  const rest = createRest({ url, token, userAgent, connections, exchange });
  const targets = createTargets(rest);
  const tokens = createTokens(rest);
  const verification = createVerification({ url, clock, userAgent, connections, rest, targets, tokens });
  return {
    ...targets,
    ...tokens,
    ...createInstanceTokens(rest, clock),
    ...verification,
    ...createInspector(rest),
    pause: (until) => limiter.pause(milliseconds(until - clock.now().getTime())),
    close: async () => {
      limiter.close();
      await connections.close();
    },
  };
};

const replaced = (fetch: Fetch): Connections => ({
  fetch,
  fetchOnce: fetch,
  Request: globalThis.Request,
  close: async () => {},
});
