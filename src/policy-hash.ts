import { createHash } from "node:crypto";
import type { Policy } from "./model/policy.ts";

/** Raised when jobs come to mean something else: then versions of the program side by side leave each other's alone. */
const JOB_FORMAT = 1;

type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

/** The same whatever order the keys stand in; where something stands in the file means nothing. */
const canonical = (value: unknown): Plain => {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== "object" || value === null) return (value ?? null) as Plain;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, held]) => key !== "position" && held !== undefined)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, held]) => [key, canonical(held)]),
  );
};

/**
 * What a policy means, for replicas to compare. Where each listens and how it reaches Redis is its own affair; the region
 * that its environment gives it is not.
 */
export const policyHash = (policy: Policy, env: Readonly<Record<string, string | undefined>>): string => {
  const { server, engine, store, ...shared } = policy;
  const placed = store.type === "file" ? store : { ...store, region: store.region ?? env["AWS_REGION"] };
  const text = JSON.stringify([JOB_FORMAT, canonical({ ...shared, store: placed })]);
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
};
