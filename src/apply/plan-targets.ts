import { milliseconds } from "../model/duration.ts";
import type { Policy } from "../model/policy.ts";
import type { Coverage } from "../plan/coverage.ts";
import type { EarlyLists } from "./early-lists.ts";
import { keepLittle } from "./kept-lineage.ts";
import { isPlanned, type PlannedOrReport, targetFailed } from "./lineage-report.ts";
import { createLookQueue } from "./look-queue.ts";
import type { Ports } from "./observe.ts";
import type { SettleTarget } from "./settler.ts";
import type { Sweep } from "./sweep.ts";

export interface PlanOptions {
  readonly policy: Policy;
  readonly coverages: readonly Coverage[];
  /** May still be under way: targets are listed meanwhile. */
  readonly sweep: Promise<Sweep>;
  /** Asked before a target is listed, and told of every list. Absent where nothing can be said without. */
  readonly settle?: SettleTarget | undefined;
  /** Lists that have been asked for already. */
  readonly early?: Pick<EarlyLists, "take"> | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Targets that are settled in one go, before others get a turn: requests that could leave, the server of `run`. */
const AT_A_STRETCH = 20;

/**
 * What is to be done about every lineage of these targets. Those that cannot be settled otherwise are listed on their own,
 * as many at a time as the policy allows; what fails, fails alone. In no order.
 */
export const planTargets = async (
  ports: Ports,
  { policy, coverages, sweep, settle, early, onProgress }: PlanOptions,
): Promise<readonly PlannedOrReport[]> => {
  const { concurrency } = policy.limits;
  const items: PlannedOrReport[] = [];
  let done = 0;
  const decided = (found: readonly PlannedOrReport[]): void => {
    for (const item of found) items.push(isPlanned(item) ? keepLittle(item) : item);
    done += 1;
    onProgress?.(done, coverages.length);
  };
  const looks = createLookQueue(ports, { policy, onLooked: decided });

  let isBroken = false;
  const unsettled = async function* (): AsyncGenerator<Coverage> {
    for (const [index, coverage] of coverages.entries()) {
      if (isBroken) return;
      if (settle !== undefined && index % AT_A_STRETCH === AT_A_STRETCH - 1)
        await ports.clock.sleep(milliseconds(0));
      const settled = settle?.target(coverage);
      if (settled === undefined) yield coverage;
      else decided(settled);
    }
  };
  const toList = unsettled();
  const list = async (coverage: Coverage): Promise<void> => {
    try {
      const read = await (early?.take(coverage.target) ?? ports.gitlab.fetchTokens(coverage.target));
      const listing = settle && (await read());
      settle?.listed(listing?.tokens ?? []);
      looks.add({ coverage, read: listing === undefined ? read : async () => listing });
    } catch (error) {
      return decided([targetFailed(coverage.target, error)]);
    }
    await looks.whenRoom();
  };
  const listThem = async (): Promise<void> => {
    for await (const coverage of toList) await list(coverage);
  };
  const secretsRead = sweep.then(looks.start);
  secretsRead.catch(() => {
    isBroken = true;
  });
  // A few more than may ask at once: then the next request leaves as soon as an answer has come, before that is read.
  const listers = Array.from({ length: Math.ceil(1.25 * concurrency) }, listThem);
  await Promise.all([secretsRead, ...listers]);
  await looks.finish();
  return items;
};
