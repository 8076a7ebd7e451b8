import { type Duration, milliseconds } from "../model/duration.ts";
import type { TokenSettings } from "../model/policy.ts";
import type { DocumentPath } from "./document-path.ts";
import { formatDuration } from "./duration.ts";
import type { Rule, RuleInput } from "./rule.ts";
import { safetyOf, settingsOf } from "./settings.ts";
import type { WrittenEntry } from "./written-entries.ts";

const DEADLINES = 3;

const strayAfterCoversDeadlines: Rule = ({ written, isSound }) => {
  if (!isSound(["safety"])) return [];
  const { rotationDeadline, strayAfter } = safetyOf(written.safety);
  if (strayAfter >= DEADLINES * rotationDeadline) return [];
  const least = formatDuration(milliseconds(DEADLINES * rotationDeadline));
  const message = `${formatDuration(strayAfter)} is under three times the rotation_deadline of ${formatDuration(rotationDeadline)}, expected at least ${least}`;
  return [{ path: ["safety", written.safety?.stray_after ? "stray_after" : "rotation_deadline"], message }];
};

type Key = "lifetime" | "renew_before" | "overlap";

/** The most specific place that could be changed: the token's own key, else that of `defaults`, else the token. */
const culprit = (input: RuleInput, { path, token }: WrittenEntry, keys: readonly Key[]): DocumentPath => {
  const own = keys.find((key) => token[key]);
  if (own !== undefined) return [...path, own];
  const shared = keys.find((key) => input.written.defaults?.[key]);
  return shared === undefined ? path : ["defaults", shared];
};

type Check = (settings: TokenSettings, strayAfter: Duration) => string | undefined;

const eachToken =
  (keys: readonly Key[], check: Check): Rule =>
  (input) => {
    if (!input.isSound(["defaults"]) || !input.isSound(["safety"])) return [];
    const { strayAfter } = safetyOf(input.written.safety);
    const findings = input.entries.flatMap((entry) => {
      const message = check(settingsOf(input.written.defaults, entry.token), strayAfter);
      return message === undefined ? [] : [{ path: culprit(input, entry, keys), message }];
    });
    // One wrong default is one mistake, however many tokens it reaches.
    return [...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()];
  };

/** Else the next renewal would begin before the last one's overlap has ended, and tokens would pile up. */
const renewalFitsLifetime = eachToken(
  ["renew_before", "overlap", "lifetime"],
  ({ lifetime, renewBefore, overlap }) => {
    const sum = milliseconds(renewBefore + overlap);
    if (sum < lifetime) return undefined;
    return `renew_before ${formatDuration(renewBefore)} + overlap ${formatDuration(overlap)} is ${formatDuration(sum)}, expected less than the lifetime of ${formatDuration(lifetime)}`;
  },
);

/** The expiry that is sent is up to half of stray_after early, and that must not eat the room between. */
const randomPartFits = eachToken(["lifetime", "renew_before", "overlap"], (settings, strayAfter) => {
  const room = settings.lifetime - settings.renewBefore - settings.overlap;
  if (room <= 0 || room > strayAfter / 2) return undefined;
  return `lifetime ${formatDuration(settings.lifetime)} leaves ${formatDuration(milliseconds(room))} beside renew_before and overlap, expected more than half of stray_after (${formatDuration(strayAfter)})`;
});

/** A rotation that died is tried again after stray_after: later than renew_before would be after the expiry. */
const secondTryFits = eachToken(["renew_before", "lifetime"], ({ renewBefore }, strayAfter) =>
  renewBefore >= strayAfter
    ? undefined
    : `renew_before ${formatDuration(renewBefore)} is shorter than stray_after ${formatDuration(strayAfter)}, expected at least that: a rotation that failed midway is tried again only then`,
);

export const renewalRules: readonly Rule[] = [
  strayAfterCoversDeadlines,
  renewalFitsLifetime,
  randomPartFits,
  secondTryFits,
];
