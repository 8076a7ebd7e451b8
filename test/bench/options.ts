import { parseArgs } from "node:util";

export interface Options {
  readonly quick: boolean;
  /** Letters of scenarios; empty: all. */
  readonly only: readonly string[];
  readonly json: string | undefined;
  readonly rounds: number | undefined;
  /** The letter of the scenario to profile instead. */
  readonly profile: string | undefined;
  readonly projects: number | undefined;
  readonly built: boolean;
}

const wholeNumber = (text: string | undefined, name: string): number | undefined => {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`--${name} is no whole number: ${text}`);
  return value;
};

export const readOptions = (argv: readonly string[]): Options => {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      quick: { type: "boolean", default: false },
      only: { type: "string" },
      json: { type: "string" },
      rounds: { type: "string" },
      profile: { type: "string" },
      projects: { type: "string" },
      built: { type: "boolean", default: false },
    },
  });
  return {
    quick: values.quick,
    only: (values.only ?? "").split(",").filter((letter) => letter !== ""),
    json: values.json,
    rounds: wholeNumber(values.rounds, "rounds"),
    profile: values.profile,
    projects: wholeNumber(values.projects, "projects"),
    built: values.built,
  };
};
