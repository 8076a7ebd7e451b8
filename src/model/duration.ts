/** Milliseconds. Branded, because seconds and milliseconds have been confused in this field before. */
export type Duration = number & { readonly __brand: "Duration" };

export const milliseconds = (count: number): Duration => count as Duration;

export const SECOND = milliseconds(1_000);
export const MINUTE = milliseconds(60_000);
export const HOUR = milliseconds(3_600_000);
export const DAY = milliseconds(86_400_000);
export const WEEK = milliseconds(7 * DAY);
