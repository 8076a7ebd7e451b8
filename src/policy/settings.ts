import { type Duration, milliseconds } from "../model/duration.ts";
import type { TokenSettings } from "../model/policy.ts";
import { parseDuration } from "./duration.ts";
import type { WrittenPolicy, WrittenSettings } from "./schema.ts";

const DEFAULTS = {
  lifetime: "90d",
  overlap: "24h",
  secret: "gitlab/{kind}/{path}/{name}",
  format: "json",
  verify: "auto",
  existing: "adopt",
  existing_overlap: "expiry",
  never_expires: "report",
  adopt_secret: false,
} as const satisfies WrittenSettings;

/** The template that holds for a token, whatever else is wrong with its settings. */
export const secretOf = (defaults: WrittenSettings | null | undefined, token: WrittenSettings): string =>
  token.secret ?? defaults?.secret ?? DEFAULTS.secret;

/** A text that the schema has taken as a duration. */
export const durationOf = (text: string): Duration => parseDuration(text) ?? milliseconds(Number.NaN);

/** What holds for a token: its own settings, else those of `defaults`, else ours. */
export const settingsOf = (
  defaults: WrittenSettings | null | undefined,
  token: WrittenSettings,
): TokenSettings => {
  const pick = <Key extends keyof typeof DEFAULTS>(key: Key) =>
    token[key] ?? defaults?.[key] ?? DEFAULTS[key];
  const lifetime = durationOf(pick("lifetime"));
  const renewBefore = token.renew_before ?? defaults?.renew_before;
  const existingOverlap = pick("existing_overlap");
  return {
    lifetime,
    // Whole seconds, because GitLab's times are.
    renewBefore: renewBefore ? durationOf(renewBefore) : milliseconds(Math.floor(lifetime / 3000) * 1000),
    overlap: durationOf(pick("overlap")),
    secret: secretOf(defaults, token),
    format: pick("format"),
    verify: pick("verify"),
    existing: pick("existing"),
    existingOverlap: existingOverlap === "expiry" ? existingOverlap : durationOf(existingOverlap),
    neverExpires: pick("never_expires"),
    adoptSecret: pick("adopt_secret"),
  };
};

export const safetyOf = (safety: WrittenPolicy["safety"]) => ({
  rotationDeadline: durationOf(safety?.rotation_deadline ?? "5m"),
  strayAfter: durationOf(safety?.stray_after ?? "20m"),
});
