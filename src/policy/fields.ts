import { z } from "zod";
import type { Duration } from "../model/duration.ts";
import { DURATION_PATTERN, parseDuration } from "./duration.ts";
import { didYouMean, inWords } from "./nearest.ts";

// Every message here is what was expected; what was found is put before it when the place is known.

const DURATION_EXPECTED = "a duration such as 90d, 24h or 15m";
const TOO_LONG = "a duration of at most 3650d";
const CRON_OR_ZONE_MAX = 100;

/** What is expected instead, or `undefined` when the text is fine. */
export type TextCheck = (text: string) => string | undefined;

/** Text on one line, without characters that a terminal or a tag could not carry. */
export const text = (expected: string, check: TextCheck = () => undefined) =>
  z.string({ error: expected }).superRefine((value, context) => {
    const problem = value === "" || /[\p{Cc}\p{Cs}]/u.test(value) ? expected : check(value);
    if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
  });

export const choice = <const Words extends readonly [string, ...string[]]>(words: Words) =>
  z.enum(words, { error: ({ input }) => `${inWords(words)}${didYouMean(input, words)}` });

export const flag = () => z.boolean({ error: "true or false" });

export const wholeNumber = (min: number, max: number) => {
  const error = `a whole number from ${min} to ${max}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
};

export const positiveNumber = (max: number) => {
  const error = `a number above 0, at most ${max}`;
  return z.number({ error }).positive({ error }).max(max, { error });
};

/** Zero makes sense for jitter only: an overlap of nothing would break whoever has read the old token. */
const durationProblem = (value: string, zero: "zero" | undefined): string | undefined => {
  const parsed = parseDuration(value);
  if (parsed === undefined) return DURATION_PATTERN.test(value) ? TOO_LONG : DURATION_EXPECTED;
  return parsed === 0 && zero === undefined ? "a duration above zero" : undefined;
};

export const duration = (zero?: "zero") =>
  z
    .string({ error: DURATION_EXPECTED })
    .superRefine((value, context) => {
      const problem = durationProblem(value, zero);
      if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
    })
    .meta({ pattern: DURATION_PATTERN.source });

export const durationUnder = (limit: Duration, expected: string) =>
  duration("zero").superRefine((value, context) => {
    if ((parseDuration(value) ?? 0) >= limit) context.addIssue({ code: "custom", message: expected });
  });

export const durationOr = (word: string) =>
  z
    .string({ error: `${word}, or ${DURATION_EXPECTED}` })
    .superRefine((value, context) => {
      const problem = value === word ? undefined : durationProblem(value, undefined);
      if (problem === undefined) return;
      context.addIssue({ code: "custom", message: `${word}, or ${problem}${didYouMean(value, [word])}` });
    })
    .meta({ pattern: `^${word}$|${DURATION_PATTERN.source}` });

export const shortText = (expected: string, check: TextCheck) =>
  text(expected, (value) => (value.length > CRON_OR_ZONE_MAX ? expected : check(value)));

export const mapping = <Shape extends z.core.$ZodLooseShape>(expected: string, shape: Shape) =>
  z.strictObject(shape, { error: `a mapping ${expected}` });

export const list = <Item extends z.ZodType>(item: Item, expected: string) =>
  z.array(item, { error: expected }).min(1, { error: expected });
