import type { Finding } from "./document-path.ts";
import type { WrittenPolicy } from "./schema.ts";
import type { Soundness, WrittenEntry, WrittenTarget } from "./written-entries.ts";

export interface RuleInput extends Soundness {
  readonly written: WrittenPolicy;
  readonly baseUrl: string | undefined;
  readonly targets: readonly WrittenTarget[];
  /** Every token entry, whatever is wrong with its keys. */
  readonly standing: readonly WrittenEntry[];
  /** Those with which nothing is wrong. */
  readonly entries: readonly WrittenEntry[];
}

/** What must hold across keys. Each rule looks at sound parts only, so that one mistake is told once. */
export type Rule = (input: RuleInput) => readonly Finding[];
