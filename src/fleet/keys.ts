/** The braces keep all keys of a fleet on one node of a cluster. BullMQ's keys begin with it too. */
export const prefixOf = (fleet: string): string => `rotator{${fleet}}`;

/** Nothing that we write is kept for longer without being written again, in milliseconds. */
export const KEPT = 32 * 24 * 60 * 60 * 1_000;

/** What belongs to one pass only, in milliseconds. */
export const KEPT_WITH_PASS = 24 * 60 * 60 * 1_000;
