import type { Counts } from "./world.ts";

export interface Seen extends Counts {
  /** Log lines by message. */
  readonly said: ReadonlyMap<string, number>;
  /** Of the page, the metrics and the health. */
  readonly failedReads: number;
  readonly exitCode: number;
}

/** A soak in which nothing happens proves nothing. */
const HAPPENS = [
  "server listening",
  "token created",
  "token rotated",
  "token deleted",
  "action failed",
  "policy reloaded",
  "new policy refused, the old one stays in force",
  "notification sent",
  "notification failed",
] as const;

/** What no trouble of ours excuses. */
const NEVER = [
  "server failed",
  "server stays where it is",
  "server cannot return",
  "history not written",
  "notification memory not written",
  "notification memory unreadable, starting afresh",
] as const;

/** What should have happened and did not, or the other way round. */
export const amiss = ({ said, failedReads, exitCode, digests, refusedDigests }: Seen): readonly string[] => [
  ...HAPPENS.filter((message) => !said.has(message)).map((message) => `it never said "${message}"`),
  ...NEVER.filter((message) => said.has(message)).map((message) => `it said "${message}"`),
  ...(failedReads > 0 ? [`${failedReads} times its server did not answer`] : []),
  ...(exitCode === 0 ? [] : [`it ended with exit code ${exitCode}`]),
  ...(digests > 0 && refusedDigests > 0 ? [] : ["no digest was taken, or none refused"]),
];
