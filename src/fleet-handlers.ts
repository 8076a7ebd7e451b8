import { type Budget, FULL, HALT_AFTER, HALTED } from "./apply/pass-budget.ts";
import { steersJobs } from "./fleet/ask.ts";
import type { Member } from "./fleet/member.ts";
import type { Outcome } from "./fleet/orders.ts";
import type { PassBoard } from "./fleet/pass-board.ts";
import type { Handlers, Queues } from "./fleet/queues.ts";
import type { PartOrder } from "./fleet-orders.ts";
import { applyPart, planPart } from "./fleet-parts.ts";
import { coordinate } from "./fleet-pass.ts";
import type { PassResults } from "./fleet-results.ts";
import type { PassRooms } from "./fleet-room.ts";
import type { Supervisor } from "./fleet-supervisor.ts";
import type { Tracker } from "./fleet-tracker.ts";
import type { Logger } from "./logger.ts";
import type { Clock } from "./model/clock.ts";
import type { Policy } from "./model/policy.ts";
import type { PassEvent } from "./model/report.ts";

export interface HandlerTools {
  readonly board: PassBoard;
  readonly rooms: PassRooms;
  readonly results: PassResults;
  readonly tracker: Tracker;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onEvent: (event: PassEvent) => void;
  readonly onError: (error: unknown) => void;
  readonly given: () => { readonly policy: Policy; readonly hash: string; readonly isStopping: boolean };
  /** What is made after the handlers, as it needs them. */
  readonly later: () => { readonly member: Member; readonly queues: Queues; readonly supervisor: Supervisor };
}

/** What a replica does with the fleet's jobs. */
export const createFleetHandlers = (tools: HandlerTools): Handlers => {
  const { board, rooms, results, tracker, clock, logger, onEvent, onError, given, later } = tools;

  /**
   * The policy that an order was made by, where that is ours and in force. Whoever has no recent word of it looks again:
   * others may have come, with another one. It goes with the work, as a SIGHUP may give us another one meanwhile.
   */
  const policyFor = async (order: string): Promise<Policy | undefined> => {
    const { member, queues } = later();
    if (given().isStopping) return undefined;
    const isInForce = member.isInForce() || (await member.beat());
    const { policy, hash } = given();
    if (isInForce && order === hash) return policy;
    // Whoever gives a job back must not be the next to take it; the next sign of life tells.
    queues.take(false);
    return undefined;
  };
  const isUnderWay = async (pass: string): Promise<boolean> => (await board.current())?.id === pass;

  const budgetOf = (pass: string, { limits }: Policy): Budget => ({
    refusal: async () => {
      const taken = await board.take(pass, { most: limits.maxRotations, haltAfter: HALT_AFTER });
      return { taken: undefined, full: FULL, halted: HALTED }[taken];
    },
    // Not given back, a place is lost to one pass; what was done must be told all the same.
    settle: (report, madeToken) =>
      board
        .settle(pass, madeToken ? (report?.result === "failed" ? "failed" : "done") : "unused")
        .catch(onError),
  });

  const doPart = async (pass: string, order: PartOrder, policy: Policy): Promise<Outcome> => {
    const what =
      order.kind === "plan"
        ? `reading ${order.targets.length} targets`
        : `${order.target.path} ${order.token}`;
    return tracker.track(what, async (): Promise<Outcome> => {
      try {
        return await rooms.enter(pass, policy, async (room) => {
          const tools = { policy, room, budget: budgetOf(pass, policy), onEvent };
          const value = order.kind === "plan" ? await planPart(order, tools) : await applyPart(order, tools);
          return { value: value ?? null };
        });
      } catch (error) {
        if (steersJobs(error)) throw error;
        logger.error("part of a pass failed", { pass, error });
        return { failed: error instanceof Error ? error.message : String(error) };
      }
    });
  };

  return {
    tick: async (due) => {
      const said = await later().supervisor.tick(due);
      logger.debug("tick", { detail: said });
      return said;
    },
    pass: async (hand) => {
      const { order } = hand;
      if (!(await isUnderWay(order.id))) return "done";
      const policy = await policyFor(order.policy);
      if (policy === undefined) return "again";
      return tracker.track("coordinating the pass", async (): Promise<"done"> => {
        try {
          await rooms.enter(order.id, policy, async (room) => {
            const replicas = later().member.size();
            await results.ended(
              order.id,
              await coordinate(hand, { policy, board, room, clock, replicas, onEvent }),
              policy,
            );
          });
        } catch (error) {
          // The room itself, too: its access token may be gone.
          if (steersJobs(error)) throw error;
          await results.broke(order, error, policy);
        }
        await board.end(order.id);
        return "done";
      });
    },
    work: async ({ pass, policy: order, body }) => {
      if (!(await isUnderWay(pass))) return { failed: "its pass is over" };
      const policy = await policyFor(order);
      if (policy === undefined) return "again";
      const part = body as PartOrder;
      const outcome = await doPart(pass, part, policy);
      await board.done(pass, part.kind === "plan" ? part.targets.length : 1).catch(onError);
      return outcome;
    },
    onStalled: (job) => logger.warn("job taken over", { job, detail: "its replica is gone, or was frozen" }),
    onError,
    untilBack: () => later().member.untilBack(),
  };
};
