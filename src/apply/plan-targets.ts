import PQueue from "p-queue";
import { milliseconds } from "../model/duration.ts";
import type { Policy } from "../model/policy.ts";
import type { TokenListing } from "../model/ports.ts";
import type { Coverage } from "../plan/coverage.ts";
import { keepLittle } from "./kept-lineage.ts";
import { isPlanned, type PlannedOrReport, targetFailed } from "./lineage-report.ts";
import type { Ports } from "./observe.ts";
import { observeTarget } from "./observe-target.ts";
import type { SettleTarget } from "./settler.ts";
import type { Sweep } from "./sweep.ts";

export interface PlanOptions {
  readonly policy: Policy;
  readonly coverages: readonly Coverage[];
  /** May still be under way: targets are listed meanwhile. */
  readonly sweep: Promise<Sweep>;
  /** Asked before a target is listed, and told of every list. Absent where nothing can be said without. */
  readonly settle?: SettleTarget | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Targets that are decided about without a word from outside, before others get a turn: the server of `run`, say. */
const AT_A_STRETCH = 200;

interface Listed {
  readonly coverage: Coverage;
  readonly listing: TokenListing;
}

/**
 * What is to be done about every lineage of these targets. Those that cannot be settled otherwise are listed on their own,
 * as many at a time as the policy allows; what fails, fails alone. In no order.
 */
export const planTargets = async (
  ports: Ports,
  { policy, coverages, sweep, settle, onProgress }: PlanOptions,
): Promise<readonly PlannedOrReport[]> => {
  const { concurrency } = policy.limits;
  const lists = new PQueue({ concurrency });
  const looks = new PQueue({ concurrency });
  const items: PlannedOrReport[] = [];
  let done = 0;
  const decided = (found: readonly PlannedOrReport[]): void => {
    for (const item of found) items.push(isPlanned(item) ? keepLittle(item) : item);
    done += 1;
    onProgress?.(done, coverages.length);
  };
  const look = async ({ coverage, listing }: Listed, swept: Sweep): Promise<void> =>
    decided(await observeTarget(ports, { coverage, policy, sweep: swept, listing }));

  let swept: Sweep | undefined;
  let isBroken = false;
  const early: Listed[] = [];
  const caughtUp = sweep.then(async (secrets) => {
    swept = secrets;
    for (const listed of early.splice(0)) {
      await looks.onSizeLessThan(concurrency);
      void looks.add(() => look(listed, secrets));
    }
    await looks.onIdle();
  });
  caughtUp.catch(() => {
    isBroken = true;
    lists.clear();
  });

  const list = async (coverage: Coverage): Promise<void> => {
    let listing: TokenListing;
    try {
      listing = await ports.gitlab.listTokens(coverage.target);
    } catch (error) {
      return decided([targetFailed(coverage.target, error)]);
    }
    settle?.listed(listing.tokens);
    if (swept === undefined) early.push({ coverage, listing });
    else await look({ coverage, listing }, swept);
  };
  for (const [index, coverage] of coverages.entries()) {
    if (isBroken) break;
    if (index % AT_A_STRETCH === AT_A_STRETCH - 1) await ports.clock.sleep(milliseconds(0));
    // Never more of them than can begin soon: each that waits takes room.
    await lists.onSizeLessThan(concurrency);
    const settled = settle?.target(coverage);
    if (settled === undefined) void lists.add(() => list(coverage));
    else decided(settled);
  }
  await Promise.all([lists.onIdle(), caughtUp]);
  return items;
};
