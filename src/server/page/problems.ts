import type { AccessToken } from "../../model/access-token.ts";
import { DAY } from "../../model/duration.ts";
import type { Overview } from "../../model/overview.ts";
import type { StatusSummary } from "../../model/status.ts";
import { dateTime, relativeTime } from "../../model/words.ts";
import { staleSince } from "../readiness.ts";

export interface Problem {
  readonly level: "bad" | "warn";
  readonly text: string;
}

const WARN_WITHIN = 30 * DAY;
const BAD_WITHIN = 7 * DAY;

/** What is wrong with the program itself or its last pass, the gravest first; tokens aside. */
export const problemsOf = (overview: Overview, now: Date): readonly Problem[] => {
  const { status, passes } = overview;
  const stale = staleSince(overview, now);
  const broken = passes[0]?.error;
  const problems: Problem[] = [
    ...(broken === undefined ? [] : [bad(`The last pass did not take place: ${broken}`)]),
    ...(stale === undefined
      ? []
      : [
          bad(
            `The last pass ended ${dateTime(stale)}, longer ago than twice the schedule: is the process stuck? Its log tells.`,
          ),
        ]),
    ...accessTokenProblems(status?.accessToken, now),
    ...(status?.warnings ?? []).map(warn),
  ];
  return problems.sort((one, other) => (one.level === other.level ? 0 : one.level === "bad" ? -1 : 1));
};

const bad = (text: string): Problem => ({ level: "bad", text });
const warn = (text: string): Problem => ({ level: "warn", text });

const WHAT_TO_DO = "make a new one with the same scopes, put it in GITLAB_TOKEN and start the program anew";

const accessTokenProblems = (token: AccessToken | undefined, now: Date): readonly Problem[] => {
  if (token === undefined) return [];
  const who = `The access token that this program uses, "${token.name}",`;
  if (!token.active) return [bad(`${who} is no longer active: ${WHAT_TO_DO}.`)];
  if (token.expiresAt === undefined) return [];
  const left = token.expiresAt.getTime() - now.getTime();
  if (left > WARN_WITHIN) return [];
  const text = `${who} ${left > 0 ? "expires" : "expired"} ${dateTime(token.expiresAt)} (${relativeTime(token.expiresAt, now)}), and nothing is rotated from then on: ${WHAT_TO_DO}.`;
  return [left > BAD_WITHIN ? warn(text) : bad(text)];
};

export const worst = (
  problems: readonly Problem[],
  summary: StatusSummary | undefined,
): "bad" | "warn" | "good" | "idle" => {
  const { failing = 0, conflict = 0 } = summary ?? {};
  if (failing > 0 || problems.some(({ level }) => level === "bad")) return "bad";
  if (conflict > 0 || problems.length > 0) return "warn";
  return summary === undefined ? "idle" : "good";
};
