import fc from "fast-check";

/**
 * How often a property is tried: as often as its test asks for, times FUZZ_RUNS. `npm run test:fuzz` sets it, with a seed
 * that it prints; `npm test` leaves both alone, and tries half as often.
 */
const FACTOR = Number(process.env["FUZZ_RUNS"] ?? 0.5);
const SEED = process.env["FUZZ_SEED"];

export const runs = (numRuns: number): { readonly numRuns: number; readonly seed?: number } => ({
  numRuns: Math.ceil(numRuns * FACTOR),
  ...(SEED === undefined ? {} : { seed: Number(SEED) }),
});

/** One small change to a text: a character put in, taken out or put in another's place, or a piece moved. */
export const mutated = (text: string, unit: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .record({ at: fc.nat(text.length), length: fc.nat(2), put: fc.oneof(unit, fc.constant("")) })
    .map(({ at, length, put }) => `${text.slice(0, at)}${put}${text.slice(at + length)}`);
