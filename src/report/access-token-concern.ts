import type { AccessToken } from "../model/access-token.ts";
import type { Concern, Severity } from "../model/digest.ts";
import { DAY } from "../model/duration.ts";
import { dateTime, relativeTime } from "./text.ts";

/** Days before the end on which it is told; the last one is the end itself. */
const STEPS = [30, 14, 7, 3, 1, 0] as const;

const RENEW = "Make a new one with the scope api in GitLab and set GITLAB_TOKEN or GITLAB_TOKEN_FILE to it";

/** The rotator that dies of an expired token of its own is the classic accident. */
export const accessTokenConcern = (
  token: AccessToken | undefined,
  now: Date,
): readonly Concern[] | undefined => {
  if (token === undefined) return undefined;
  const step = stepOf(token, now);
  if (step === undefined) return undefined;
  const severity: Severity = step <= 3 ? "critical" : "warning";
  const over = step === 0;
  return [
    {
      key: JSON.stringify(["access-token"]),
      fingerprint: `${token.id} ${step}`,
      severity,
      kind: "access-token",
      reason: over ? "AccessTokenExpired" : "AccessTokenExpiring",
      errorCode: undefined,
      target: undefined,
      token: token.name,
      tokenId: token.id,
      expiresAt: token.expiresAt,
      message: over
        ? `${endText(token, now)}, so nothing can be rotated. ${RENEW}.`
        : `${endText(token, now)}. ${RENEW} before that.`,
      repeats: over,
    },
  ];
};

/** The smallest step that has been reached. */
const stepOf = ({ active, expiresAt }: AccessToken, now: Date): number | undefined => {
  if (!active) return 0;
  if (expiresAt === undefined) return undefined;
  const left = expiresAt.getTime() - now.getTime();
  return STEPS.filter((days) => left <= days * DAY).at(-1);
};

const endText = ({ active, expiresAt }: AccessToken, now: Date): string => {
  if (expiresAt === undefined || (!active && expiresAt > now))
    return "The access token that the rotator itself uses was revoked";
  const verb = expiresAt <= now ? "has expired:" : "expires";
  return `The access token that the rotator itself uses ${verb} ${dateTime(expiresAt)} (${relativeTime(expiresAt, now)})`;
};
