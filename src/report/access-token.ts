import type { AccessToken } from "../model/access-token.ts";
import { DAY } from "../model/duration.ts";
import { dateTime, relativeTime } from "./text.ts";

/** From here on somebody has to make a new one. */
export const ACCESS_TOKEN_SOON = 30 * DAY;

/** What to say of the program's own access token; `undefined` while there is time. */
export const accessTokenWarning = (token: AccessToken | undefined, now: Date): string | undefined => {
  if (token?.expiresAt === undefined) return undefined;
  const { expiresAt, name } = token;
  if (expiresAt.getTime() - now.getTime() >= ACCESS_TOKEN_SOON) return undefined;
  const verb = expiresAt > now ? "expires" : "has expired";
  return `Our own access token ${JSON.stringify(name)} ${verb} on ${dateTime(expiresAt)} (${relativeTime(expiresAt, now)}), and nothing is rotated from then on: make a new one and replace GITLAB_TOKEN in time.`;
};
