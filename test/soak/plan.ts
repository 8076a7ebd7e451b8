import { HOUR } from "../../src/model/duration.ts";

export const TROUBLES = [
  "gitlab answers 500",
  "gitlab's connections are cut",
  "gitlab limits the rate",
  "aws answers 500",
  "aws's connections are cut",
  "the receivers are down",
  "the access token has expired",
] as const;
export type Trouble = (typeof TROUBLES)[number];

export const CHORES = [
  "the policy changes",
  "the policy is damaged",
  "a project goes, another comes",
] as const;
export type Chore = (typeof CHORES)[number];

/** After so many passes everything has happened once, and the policy is what it was: samples that far apart compare. */
export const CYCLE = 20;

/** In which pass of a cycle; the last passes are calm, so that what a sample sees has settled. */
const TROUBLES_AT: Readonly<Record<number, Trouble>> = {
  2: "gitlab answers 500",
  4: "gitlab's connections are cut",
  6: "the receivers are down",
  7: "the receivers are down",
  8: "aws answers 500",
  11: "gitlab limits the rate",
  12: "aws's connections are cut",
  14: "the access token has expired",
};

/** Before which pass of a cycle. */
const CHORES_AT: Readonly<Record<number, Chore>> = {
  5: "a project goes, another comes",
  9: "the policy changes",
  10: "the policy is damaged",
  16: "the policy changes",
};

export const troubleOf = (pass: number): Trouble | undefined => TROUBLES_AT[pass % CYCLE];
export const choreBefore = (pass: number): Chore | undefined => CHORES_AT[pass % CYCLE];

/** Two to twelve hours, in other cycles than the troubles': tokens come due, overlap and are deleted in every order. */
export const hoursBefore = (pass: number): number => (2 + ((pass * 7) % 11)) * HOUR;
