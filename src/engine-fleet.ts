import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { connect } from "./connect.ts";
import type { Engine } from "./engine.ts";
import type { FleetTiming } from "./fleet/timing.ts";
import { createFleetHandlers } from "./fleet-handlers.ts";
import { createSharedQuotas } from "./fleet-quotas.ts";
import { createPassResults } from "./fleet-results.ts";
import { createPassRooms } from "./fleet-room.ts";
import { placeOf, redisUrlOf, withPackages } from "./fleet-settings.ts";
import { createFleetSight } from "./fleet-sight.ts";
import { createSupervisor } from "./fleet-supervisor.ts";
import { createTracker } from "./fleet-tracker.ts";
import type { Logger } from "./logger.ts";
import { SettingsError } from "./model/errors.ts";
import type { FleetEngine, Policy } from "./model/policy.ts";
import type { PassEvent } from "./model/report.ts";
import { waitTelling } from "./pass.ts";
import { policyHash } from "./policy-hash.ts";
import type { Program } from "./program.ts";
import { eventLine } from "./report/lines.ts";
import { longestBetween, scheduleOf } from "./schedule.ts";
import type { Settings } from "./settings.ts";
import type { FleetWatch, Watch } from "./watch.ts";

export interface FleetEngineInput {
  readonly settings: Settings;
  readonly file: string;
  readonly logger: Logger;
  readonly policy: Policy;
  readonly engine: FleetEngine;
  readonly version: string;
  readonly watch: () => Watch;
  readonly timing?: Partial<FleetTiming> | undefined;
}

/** A batch keeps `limits.concurrency` requests busy by itself; a second one fills the gaps towards its end. */
const concurrencyOf = ({ limits }: Policy) => ({ plan: 2, apply: limits.concurrency });

/** What a policy that was given to this replica means to the others. */
const givenBy = (policy: Policy, env: Program["env"]) => ({
  policy: policyHash(policy, env),
  schedule: scheduleOf(policy),
});

/** Takes part in a fleet's passes: every replica does the same, and none is more than another. */
export const createFleetEngine = async (
  program: Program,
  input: FleetEngineInput,
): Promise<Engine & { readonly fleet: FleetWatch }> => {
  const { settings, file, logger, engine, version } = input;
  const { clock, env } = program;
  const url = redisUrlOf(settings, engine);
  const { openFleet } = await withPackages(() => import("./fleet/fleet.ts"));
  const { RedisLostError } = await import("./fleet/ask.ts");
  const { createTicks } = await import("./fleet/ticks.ts");
  const { TIMING } = await import("./fleet/timing.ts");
  const timing = { ...TIMING, ...input.timing };
  const id = `${hostname()}-${process.pid}-${randomBytes(3).toString("hex")}`;

  let policy = input.policy;
  let given = givenBy(policy, env);
  let ticks = createTicks(given.schedule, engine.name);
  let isStopping = false;
  const tracker = createTracker();

  const onError = (error: unknown): void => logger.debug("redis error", { error });
  const fleet = openFleet({ url: url.reveal(), name: engine.name, replica: id, timing, onError });
  const { archive, board } = fleet;
  const sight = createFleetSight({ archive, watch: input.watch, startedAt: clock.now() });
  const results = createPassResults(program, {
    archive,
    board,
    logger,
    settings,
    policyFile: file,
    onCounted: (record) => input.watch().passCounted(record),
  });
  const onEvent = (event: PassEvent): void => {
    sight.onEvent(event);
    const line = eventLine(event);
    if (line !== undefined) logger[line.level](line.message, line.fields);
  };
  const shared = createSharedQuotas(fleet, {
    clock,
    replicas: () => member.size(),
    onPause: (until) => rooms.pause(until),
  });
  const rooms = createPassRooms({
    connect: (inForce) =>
      connect(program, {
        policy: inForce,
        policyFile: file,
        settings,
        shared: shared(inForce),
        telemetry: waitTelling(program, { onEvent, telemetry: input.watch().observer.telemetry }),
      }),
    onError,
  });

  let wasInForce: boolean | undefined;
  const noteForce = (isInForce: boolean): void => {
    if (isInForce === wasInForce) return;
    const { policyInForce, replicas } = member.view();
    const fields = { policy: given.policy, inForce: policyInForce, replicas: replicas.length };
    if (isInForce) logger.info("policy in force", fields);
    else logger.warn("policy not in force: no part in passes until most replicas have it", fields);
    wasInForce = isInForce;
  };
  const member = fleet.member({
    own: () => ({
      id,
      host: hostname(),
      pid: process.pid,
      version,
      policy: given.policy,
      doing: tracker.doing(),
    }),
    now: () => clock.now(),
    onBeat: async (beat, isInForce) => {
      noteForce(isInForce);
      queues.take(isInForce && !isStopping);
      rooms.leave(beat.pass?.id);
      await sight.see(beat);
      if (isInForce && !isStopping) await supervisor.look(beat);
      if (!isInForce) supervisor.rest();
    },
    onTrouble: (error) =>
      logger[error instanceof RedisLostError ? "debug" : "error"]("fleet not looked after", { error }),
    onLost: (error) =>
      logger.warn("redis lost: passes wait until it is back", {
        redis: placeOf(url),
        error: fleet.trouble() ?? error,
      }),
    onBack: () => logger.info("redis back", { redis: placeOf(url) }),
  });
  const handlers = createFleetHandlers({
    board,
    rooms,
    results,
    tracker,
    clock,
    logger,
    onEvent,
    onError,
    given: () => ({ policy, hash: given.policy, isStopping }),
    later: () => ({ member, queues, supervisor }),
  });
  const queues = fleet.queues({ concurrency: concurrencyOf(policy), ticks: () => ticks, handlers });
  const supervisor = createSupervisor({
    board,
    queues,
    clock,
    timing,
    logger,
    given: () => ({ ...given, interval: longestBetween(ticks.times) }),
  });

  return {
    fleet: { view: () => member.view(), running: () => sight.running() },
    start: async () => {
      logger.info("replica joins", {
        replica: id,
        fleet: engine.name,
        redis: placeOf(url),
        policy: given.policy,
      });
      member.start();
    },
    nextTimes: (count) => ticks.times(count),
    reconfigure: (next) => {
      if (JSON.stringify(next.engine) !== JSON.stringify(engine))
        throw new SettingsError("`engine:` has changed, which needs a restart");
      policy = next;
      given = givenBy(next, env);
      ticks = createTicks(given.schedule, engine.name);
      queues.setConcurrency(concurrencyOf(next));
      // Until it is known whether it counts: this one's ticks must not be the fleet's.
      queues.take(false);
      supervisor.rest();
      member.renew();
    },
    isBusy: () => tracker.isBusy(),
    stop: async () => {
      isStopping = true;
      queues.take(false);
      await tracker.idle();
      const { lostSince, replicas } = member.view();
      // None, not even ourselves: Redis was never heard.
      const isLost = lostSince !== undefined || replicas.length === 0;
      // What BullMQ has to say waits for a Redis that may never come back.
      if (isLost) await member.close();
      await queues.close(isLost);
      await member.close();
      await rooms.close();
      fleet.disconnect();
    },
  };
};
