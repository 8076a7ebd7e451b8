import PQueue from "p-queue";
import { milliseconds } from "../model/duration.ts";
import type { Policy } from "../model/policy.ts";
import type { TokenListing } from "../model/ports.ts";
import type { Coverage } from "../plan/coverage.ts";
import type { EarlyLists } from "./early-lists.ts";
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
  /** Lists that have been asked for already. */
  readonly early?: Pick<EarlyLists, "take"> | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Targets that are decided about in one go, before others get a turn: requests that could leave, the server of `run`. */
const AT_A_STRETCH = 20;

/** Lists that wait to be looked at once the secrets are known, at most, as a multiple of those that are under way. */
const MOST_WAITING = 10;

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
  const letOthers = (): Promise<void> => ports.clock.sleep(milliseconds(0));

  const looks = new PQueue({ concurrency });
  const waiting = new Set<Listed>();
  let swept: Sweep | undefined;
  let looking: Promise<void> | undefined;
  let room = MOST_WAITING * concurrency;
  /** Behind the lists, and not between them: what is decided must not keep the next request from leaving. */
  const lookAtThem = async (secrets: Sweep): Promise<void> => {
    let count = 0;
    for (const listed of waiting) {
      if (count % AT_A_STRETCH === 0) await letOthers();
      count += 1;
      waiting.delete(listed);
      const { coverage, listing } = listed;
      void looks.add(async () =>
        decided(await observeTarget(ports, { coverage, policy, sweep: secrets, listing })),
      );
      if (looks.size >= AT_A_STRETCH) await looks.onEmpty();
    }
    looking = undefined;
  };
  const lookOn = (): void => {
    if (swept !== undefined && waiting.size > 0) looking ??= lookAtThem(swept);
  };

  let isBroken = false;
  const unsettled = async function* (): AsyncGenerator<Coverage> {
    for (const [index, coverage] of coverages.entries()) {
      if (isBroken) return;
      if (index % AT_A_STRETCH === AT_A_STRETCH - 1) await letOthers();
      const settled = settle?.target(coverage);
      if (settled === undefined) yield coverage;
      else decided(settled);
    }
  };
  const toList = unsettled();
  const list = async (coverage: Coverage): Promise<void> => {
    let listing: TokenListing;
    try {
      listing = await (early?.take(coverage.target) ?? ports.gitlab.listTokens(coverage.target));
    } catch (error) {
      return decided([targetFailed(coverage.target, error)]);
    }
    settle?.listed(listing.tokens);
    waiting.add({ coverage, listing });
    lookOn();
    // What was listed is to be looked at before it is old, and takes room until then.
    if (swept !== undefined && waiting.size >= room) await looking;
  };
  const listThem = async (): Promise<void> => {
    for await (const coverage of toList) await list(coverage);
  };
  const secretsRead = sweep.then((secrets) => {
    swept = secrets;
    room = Math.max(room, waiting.size);
    lookOn();
  });
  secretsRead.catch(() => {
    isBroken = true;
  });
  // A few more than may ask at once: then the next request leaves as soon as an answer has come, before that is read.
  const listers = Array.from({ length: Math.ceil(1.25 * concurrency) }, listThem);
  await Promise.all([secretsRead, ...listers]);
  await looking;
  await looks.onIdle();
  return items;
};
