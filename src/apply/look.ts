import { milliseconds } from "../model/duration.ts";
import type { Policy } from "../model/policy.ts";
import type { LineageReport } from "../model/report.ts";
import { discover } from "./discover.ts";
import { createEarlyLists } from "./early-lists.ts";
import type { PlannedOrReport } from "./lineage-report.ts";
import type { Ports } from "./observe.ts";
import { createPackedSecrets } from "./packed-secrets.ts";
import { planTargets } from "./plan-targets.ts";
import { createSettler, type Settler } from "./settler.ts";
import { type Sweep, sweepSecrets } from "./sweep.ts";
import { mayListInstance, sweepTokens } from "./sweep-tokens.ts";

export interface Look {
  readonly sweep: Sweep;
  /** Targets that could not be looked at, or must be left alone. */
  readonly barred: readonly LineageReport[];
  readonly items: readonly PlannedOrReport[];
}

export interface LookOptions {
  readonly policy: Policy;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Secrets that are looked at in one go, before others get a turn: the server of `run`, say. */
const AT_A_STRETCH = 20;

/** Whether the policy may lead to more than one target. */
const mayBeSeveral = ({ projects, groups }: Policy): boolean =>
  projects.length + groups.length > 1 || groups.some((group) => group.projects !== undefined);

/**
 * Reads the secrets in bulk, and meanwhile finds the targets and reads their tokens: in bulk where that can be, and else of
 * each as soon as it is found.
 */
export const look = async (ports: Ports, { policy, onProgress }: LookOptions): Promise<Look> => {
  const secrets = createPackedSecrets();
  let settler: Settler | undefined;
  const sweep = sweepSecrets(ports, policy.gitlab.instance, {
    secrets,
    onSecret: (secret, number) => settler?.take(secret, number),
  });
  // Whoever waits for it is told; until somebody does, nobody need be.
  sweep.catch(() => undefined);
  const early = createEarlyLists(ports.gitlab, policy.limits.concurrency);
  const discovery = discover(ports.gitlab, policy, early.found).finally(early.close);
  const asking = (async () => {
    const may = mayBeSeveral(policy) && (await mayListInstance(ports.gitlab));
    if (!may) early.open();
    return may;
  })();
  const [{ coverages, barred }, mayList] = await Promise.all([discovery, asking]);
  const tokenSweep = mayList ? await sweepTokens(ports.gitlab, coverages.length) : undefined;
  if (tokenSweep !== undefined) {
    const before = secrets.size;
    settler = createSettler(ports, { policy, coverages, tokenSweep });
    for (let number = 0; number < before; number += 1) {
      if (number % AT_A_STRETCH === AT_A_STRETCH - 1) await ports.clock.sleep(milliseconds(0));
      settler.take(secrets.at(number), number);
    }
  }
  const settle = settler?.finish(await sweep);
  const items = await planTargets(ports, { policy, coverages, sweep, settle, early, onProgress });
  return { sweep: await sweep, barred, items };
};
