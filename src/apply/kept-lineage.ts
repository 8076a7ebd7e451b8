import type { ActionReport, LineageReport, Waiting } from "../model/report.ts";
import type { Target, TargetKind } from "../model/target.ts";
import { healthy } from "../plan/healthy.ts";
import type { Lineage } from "../plan/lineage.ts";
import type { Planned } from "./lineage-report.ts";

const NOTHING: readonly Waiting[] = [];

/**
 * A lineage with nothing to do, as most of an estate is. Some two hundred bytes are kept of each, and its report is
 * written when somebody reads it: those of a hundred thousand projects would fill the memory.
 */
export class KeptLineage implements LineageReport {
  readonly #target: Target;
  readonly #entry: Lineage["entry"];
  readonly #tokenId: number;
  /** Milliseconds. */
  readonly #expiresAt: number;
  readonly token: string;
  readonly secret: string;

  constructor({ target, entry, token, secretName }: Lineage, tokenId: number, expiresAt: Date) {
    this.#target = target;
    this.#entry = entry;
    this.#tokenId = tokenId;
    this.#expiresAt = expiresAt.getTime();
    this.token = token;
    this.secret = secretName;
  }

  get kind(): TargetKind {
    return this.#target.kind;
  }

  get targetId(): number {
    return this.#target.id;
  }

  get path(): string {
    return this.#target.path;
  }

  get actions(): readonly ActionReport[] {
    const expiresAt = new Date(this.#expiresAt);
    const renewsAt = new Date(this.#expiresAt - this.#entry.renewBefore);
    return [{ ...healthy(renewsAt), tokenId: this.#tokenId, expiresAt, renewsAt }];
  }

  get waiting(): readonly Waiting[] {
    return NOTHING;
  }
}

/** What is kept of it, where a report says no more than that it is healthy; otherwise all of it. */
export const keepLittle = (planned: Planned): Planned | KeptLineage => {
  const { lineage, seen } = planned;
  const { account, deletions, main, reports, restoreTags, rotation, waiting } = seen.decision;
  const { tokenId, expiresAt } = main;
  const isPlain =
    main.reason === "Healthy" &&
    // Whoever looks for a missing clock finds it here.
    seen.observed.clockSkew !== undefined &&
    account.owner === "us" &&
    account.current.kind === "ours" &&
    rotation === undefined &&
    !restoreTags &&
    [deletions, reports, waiting].every((list) => list.length === 0);
  if (!isPlain || tokenId === undefined || expiresAt === undefined) return planned;
  // Without a report of a rename, the secret has the policy's name.
  return new KeptLineage(lineage, tokenId, expiresAt);
};
