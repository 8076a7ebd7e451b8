import type { Answer, Call } from "../http/call.ts";
import { text } from "./answers.ts";

const WINDOW_MS = 3 * 60_000;
const BAN_MS = 60 * 60_000;

export interface LoginBan {
  /** The refusal while the address is banned. */
  refusal(call: Call): Answer | undefined;
  record(call: Call, status: number): void;
}

const logsIn = (call: Call): boolean => call.route === "/jwt/auth" || call.route.endsWith("/info/refs");

/** GitLab's ban after failed log-ins to git and the registry, counted together; any success starts the count anew. */
export const createLoginBan = (now: () => Date, failures: number | undefined): LoginBan => {
  let failed: number[] = [];
  let bannedUntil = 0;
  return {
    refusal: (call) => (logsIn(call) && now().getTime() < bannedUntil ? text(403, "Forbidden\n") : undefined),
    record: (call, status) => {
      if (failures === undefined || !logsIn(call)) return;
      const time = now().getTime();
      if (status === 200) failed = [];
      if (status !== 401 || call.headers["authorization"] === undefined) return;
      failed = [...failed.filter((each) => each > time - WINDOW_MS), time];
      if (failed.length >= failures) bannedUntil = time + BAN_MS;
    },
  };
};
