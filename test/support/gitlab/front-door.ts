import type { Answer, Call } from "../http/call.ts";
import type { ServerOptions } from "../http/server.ts";
import { Refusal } from "./answers.ts";
import { createLoginBan } from "./login-ban.ts";
import { createRouter, unknownRoute } from "./router.ts";
import { deployTokenRoutes } from "./routes/deploy-tokens.ts";
import { gitRoutes } from "./routes/git.ts";
import { instanceRoutes } from "./routes/instance.ts";
import { jwtRoutes } from "./routes/jwt.ts";
import { namespaceRoutes } from "./routes/namespaces.ts";
import { packageRoutes } from "./routes/packages.ts";
import { personalAccessTokenRoutes } from "./routes/personal-access-tokens.ts";
import type { Site } from "./site.ts";
import { createThrottle, type RateLimit } from "./throttle.ts";

export interface Limits {
  readonly rateLimit?: RateLimit;
  /** Failed log-ins to git and the registry after which the address is shut out for an hour; absent: never. */
  readonly failedLoginBan?: number;
}

const router = createRouter([
  ...deployTokenRoutes,
  ...namespaceRoutes,
  ...instanceRoutes,
  ...personalAccessTokenRoutes,
  ...packageRoutes,
  ...jwtRoutes,
  ...gitRoutes,
]);

/** What a request passes before its route sees it: the throttle, then the ban. */
export const createFrontDoor = (
  site: Site,
  { rateLimit, failedLoginBan }: Limits,
): Pick<ServerOptions, "handle" | "throttled" | "routeOf"> => {
  const throttle = createThrottle(site.now, rateLimit);
  const ban = createLoginBan(site.now, failedLoginBan);
  const handle = (call: Call): Answer => {
    const { headers, refusal } = throttle.admit(call);
    const shut = refusal ?? ban.refusal(call);
    if (shut !== undefined) return shut;
    const answer = answerTo(site, call);
    ban.record(call, answer.status);
    return { ...answer, headers: { ...answer.headers, ...headers } };
  };
  return { handle, throttled: throttle.refuse, routeOf: router.templateOf };
};

const answerTo = (site: Site, call: Call): Answer => {
  // Nothing of GitLab stands outside its relative root, even where the rest of the path looks familiar.
  if (call.route === "") return unknownRoute(call.pathname);
  try {
    return router.handle(site, call);
  } catch (refusal) {
    if (refusal instanceof Refusal) return refusal.answer;
    throw refusal;
  }
};
