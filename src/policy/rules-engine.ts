import type { Rule } from "./rule.ts";

const KEYS_OF_BULLMQ = ["url", "name"] as const;

const localIsAlone: Rule = ({ written: { engine }, stands }) => {
  if (!engine || !stands(["engine"]) || !stands(["engine", "type"]) || engine.type !== "local") return [];
  return KEYS_OF_BULLMQ.filter((key) => engine[key] !== undefined && engine[key] !== null).map((key) => ({
    path: ["engine", key],
    message: "a key of the type bullmq, but this engine's type is local: remove one or the other",
    at: "key",
  }));
};

export const engineRules: readonly Rule[] = [localIsAlone];
