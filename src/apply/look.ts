import type { Policy } from "../model/policy.ts";
import type { LineageReport } from "../model/report.ts";
import type { Coverage } from "../plan/coverage.ts";
import { discover } from "./discover.ts";
import type { PlannedOrReport } from "./lineage-report.ts";
import type { Ports } from "./observe.ts";
import { planTargets } from "./plan-targets.ts";
import { createSettleTarget, type SettleTarget } from "./settle-target.ts";
import { type Sweep, sweepSecrets } from "./sweep.ts";
import { sweepTokens } from "./sweep-tokens.ts";

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

/** Whether anything can be said of targets without listing each. Everybody else's token says no at once. */
const settleBySweeps = async (
  ports: Ports,
  { policy, coverages, sweep }: { policy: Policy; coverages: readonly Coverage[]; sweep: Promise<Sweep> },
): Promise<SettleTarget | undefined> => {
  const tokenSweep = await sweepTokens(ports.gitlab, coverages.length);
  return tokenSweep && createSettleTarget(ports, { policy, sweep: await sweep, tokenSweep });
};

/** Reads the secrets in bulk, and meanwhile finds the targets and reads their tokens, in bulk where that can be. */
export const look = async (ports: Ports, { policy, onProgress }: LookOptions): Promise<Look> => {
  const sweep = sweepSecrets(ports, policy.gitlab.instance);
  // Whoever waits for it is told; until somebody does, nobody need be.
  sweep.catch(() => undefined);
  const { coverages, barred } = await discover(ports.gitlab, policy);
  const settle = await settleBySweeps(ports, { policy, coverages, sweep });
  const items = await planTargets(ports, { policy, coverages, sweep, settle, onProgress });
  return { sweep: await sweep, barred, items };
};
