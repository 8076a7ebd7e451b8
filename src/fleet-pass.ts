import { HALT_AFTER } from "./apply/pass-budget.ts";
import type { Outcome, PassHand } from "./fleet/orders.ts";
import type { PassBoard } from "./fleet/pass-board.ts";
import { type Discovered, discoverForFleet } from "./fleet-discovery.ts";
import { applyName, conclude, gather, nextWave, ordersOf, planName, type Wave } from "./fleet-plan.ts";
import type { PassRoom } from "./fleet-room.ts";
import type { Clock } from "./model/clock.ts";
import type { Policy } from "./model/policy.ts";
import type { PassEvent, PassReport } from "./model/report.ts";
import { withAccessToken } from "./pass.ts";
import { NO_DATE, passReport } from "./report/pass-report.ts";

export interface CoordinatorTools {
  readonly policy: Policy;
  readonly board: PassBoard;
  readonly room: PassRoom;
  readonly clock: Clock;
  /** How many take part. */
  readonly replicas: number;
  readonly onEvent: (event: PassEvent) => void;
}

/**
 * A whole pass, as far as it gets: it ends, to be called again, whenever others have something to do first. Whatever it
 * decides is written down before it is acted upon, so that whoever goes on, goes on with the same.
 */
export const coordinate = async (hand: PassHand, tools: CoordinatorTools): Promise<PassReport> => {
  const { policy, board, room, replicas, clock, onEvent } = tools;
  const { id, startedAt } = hand.order;
  const discovered = await board.once(id, "discovered", () => discoverForFleet(room, { policy, replicas }));
  await board.phase(id, "observing", discovered.batches.flat().length);
  const planned = await hand.results(
    discovered.batches.map((targets, batch) => ({
      name: planName(batch),
      lane: "plan",
      body: { kind: "plan", targets },
    })),
  );
  const plan = gather(discovered, planned);
  const lineages = plan.items.filter(({ report }) => report.token !== null).length;
  await board.phase(id, "acting", plan.due.length);
  if (await board.isFirst(id, "observed")) onEvent({ kind: "observed", lineages, changes: plan.due.length });

  const { outcomes, isHalted } = await applyInWaves(hand, { plan, discovered, board, policy });
  const reports = plan.items.map((item, index) => conclude(item, outcomes.get(index), { isHalted }));
  const warnings = [
    ...discovered.warnings,
    ...(plan.items.some(({ isTimeless }) => isTimeless) ? [NO_DATE] : []),
  ];
  const finishedAt = clock.now();
  const report = passReport({
    startedAt,
    finishedAt,
    lineages: [...discovered.barred, ...reports],
    warnings,
  });
  return withAccessToken(report, room);
};

interface Applying {
  readonly plan: ReturnType<typeof gather>;
  readonly discovered: Discovered;
  readonly board: PassBoard;
  readonly policy: Policy;
}

const applyInWaves = async (
  hand: PassHand,
  { plan, discovered, board, policy }: Applying,
): Promise<{ readonly outcomes: ReadonlyMap<number, Outcome>; readonly isHalted: boolean }> => {
  const { id } = hand.order;
  const outcomes = new Map<number, Outcome>();
  const sent = new Set<number>();
  const placesNow = async () => {
    const { created, failedInARow } = await board.spent(id);
    return { left: policy.limits.maxRotations - created, isHalted: failedInARow >= HALT_AFTER };
  };
  for (let count = 0; ; count += 1) {
    const wave: Wave = await board.once(id, `wave-${count}`, async () =>
      nextWave(plan, sent, await placesNow()),
    );
    if (wave.length === 0) return { outcomes, isHalted: (await placesNow()).isHalted };
    const orders = ordersOf(plan, wave, discovered);
    const results = await hand.results(
      [...orders].map(([index, body]) => ({ name: applyName(index), lane: "apply", body })),
    );
    for (const { index } of wave) {
      sent.add(index);
      const outcome = results.get(applyName(index));
      if (outcome !== undefined) outcomes.set(index, outcome);
    }
  }
};
