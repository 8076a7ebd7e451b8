import { DAY, type Duration, HOUR, MINUTE, milliseconds, SECOND, WEEK } from "../model/duration.ts";

const UNITS: Readonly<Record<string, Duration>> = { s: SECOND, m: MINUTE, h: HOUR, d: DAY, w: WEEK };

// Version ids and the record write years in four digits, and a token that outlives this need not be rotated at all.
const MAX_DURATION = milliseconds(3650 * DAY);

export const DURATION_PATTERN = /^(0|[1-9]\d{0,9})([smhdw])$/;

/** `90d`, `24h`, `15m`, `30s`, `2w`; `undefined` for anything else, and for more than ten years. */
export const parseDuration = (text: string): Duration | undefined => {
  const [, count, unit = ""] = DURATION_PATTERN.exec(text) ?? [];
  const length = UNITS[unit];
  if (count === undefined || length === undefined) return undefined;
  const duration = milliseconds(Number(count) * length);
  return duration <= MAX_DURATION ? duration : undefined;
};

/** In the largest unit that gives a whole number, weeks aside: `36h`, `90d`. */
export const formatDuration = (duration: Duration): string => {
  const unit = ["d", "h", "m"].find((key) => duration > 0 && duration % (UNITS[key] ?? 0) === 0) ?? "s";
  return `${duration / (UNITS[unit] ?? SECOND)}${unit}`;
};
