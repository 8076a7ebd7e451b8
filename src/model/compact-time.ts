const ZERO = "0".charCodeAt(0);
const PATTERN = /^\d{8}T\d{6}Z$/;

/** `2026-11-23T03:00:05Z` as `20261123T030005Z`; whole seconds, the fraction is cut. */
export const compactTime = (time: Date): string =>
  `${time.toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;

/** `undefined` for every text that `compactTime` does not write. By arithmetic: an estate has tens of thousands of them. */
export const expandTime = (text: string): Date | undefined => {
  if (!PATTERN.test(text)) return undefined;
  const two = (at: number): number => 10 * (text.charCodeAt(at) - ZERO) + (text.charCodeAt(at + 1) - ZERO);
  const year = 100 * two(0) + two(2);
  const [month, day] = [two(4), two(6)];
  const [hours, minutes, seconds] = [two(9), two(11), two(13)];
  // The first hundred years are moved to those of last century.
  if (year < 100 || month < 1 || month > 12 || hours > 23 || minutes > 59 || seconds > 59) return undefined;
  const time = new Date(Date.UTC(year, month - 1, day, hours, minutes, seconds));
  // The 31st of a shorter month is moved to the next one.
  return time.getUTCDate() === day ? time : undefined;
};
