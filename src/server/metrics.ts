import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { SECOND } from "../model/duration.ts";
import { takesPart } from "../model/fleet.ts";
import type { PassRecord } from "../model/history.ts";
import type { Overview } from "../model/overview.ts";
import type { Telemetry } from "../model/telemetry.ts";
import { createLineageMetrics } from "./metrics-lineages.ts";
import { PREFIX } from "./metrics-names.ts";

/** What happens is counted as it happens; how things stand is read from the overview as somebody asks. */
export interface Metrics extends Telemetry {
  readonly contentType: string;
  /** To be called once for every pass that came to an end, or broke off. */
  passFinished(pass: PassRecord): void;
  render(overview: Overview): Promise<string>;
}

/** Gauges that end in `_total`, against Prometheus' own rules. */
const MISNAMED = [
  "nodejs_active_handles_total",
  "nodejs_active_requests_total",
  "nodejs_active_resources_total",
];

export const createMetrics = (): Metrics => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const name of MISNAMED) registry.removeSingleMetric(name);
  const events = createEvents(registry);
  const standing = createStanding(registry);
  const lineages = createLineageMetrics();
  return {
    ...events,
    contentType: registry.contentType,
    render: async (overview) => {
      standing(overview);
      const texts = await Promise.all([registry.metrics(), lineages(overview.status)]);
      return texts.join("\n");
    },
  };
};

const resultOf = ({ error, summary }: PassRecord): string => {
  if (error !== undefined) return "broken";
  return summary.failed > 0 ? "failed" : "done";
};

const createEvents = (registry: Registry): Omit<Metrics, "contentType" | "render"> => {
  const registers = [registry];
  const actions = new Counter({
    name: `${PREFIX}actions_total`,
    help: "What passes did, or failed to do, and what they reported; kept tokens are not counted.",
    labelNames: ["action", "reason", "result"] as const,
    registers,
  });
  const passes = new Counter({
    name: `${PREFIX}passes_total`,
    help: "Passes by result: done, failed (in part), broken (did not take place).",
    labelNames: ["result"] as const,
    registers,
  });
  for (const result of ["done", "failed", "broken"]) passes.inc({ result }, 0);
  const duration = new Histogram({
    name: `${PREFIX}pass_duration_seconds`,
    help: "How long passes took.",
    buckets: [1, 5, 15, 60, 300, 900, 1800, 3600, 7200],
    registers,
  });
  const requests = new Histogram({
    name: `${PREFIX}request_duration_seconds`,
    help: "Requests to GitLab and AWS by route template or operation; the status is none where no answer came.",
    labelNames: ["system", "route", "status"] as const,
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30],
    registers,
  });
  const waits = new Counter({
    name: `${PREFIX}rate_limit_wait_seconds_total`,
    help: "How long GitLab's rate limit has held requests up.",
    registers,
  });
  return {
    request: ({ system, route, status, seconds }) =>
      // A clock that was set back would otherwise throw in the middle of a rotation.
      requests.observe({ system, route, status: String(status ?? "none") }, Math.max(0, seconds)),
    rateLimitWait: (seconds) => waits.inc(Math.max(0, seconds)),
    passFinished: (pass) => {
      passes.inc({ result: resultOf(pass) });
      duration.observe(Math.max(0, (pass.finishedAt.getTime() - pass.startedAt.getTime()) / SECOND));
      for (const { action, reason, result = "none" } of pass.actions) actions.inc({ action, reason, result });
    },
  };
};

const createStanding = (registry: Registry): ((overview: Overview) => void) => {
  const gauge = (name: string, help: string): Gauge =>
    new Gauge({ name: `${PREFIX}${name}`, help, registers: [registry] });
  const build = new Gauge({
    name: `${PREFIX}build_info`,
    help: "Which version this is; always 1.",
    labelNames: ["version", "node_version"] as const,
    registers: [registry],
  });
  const interval = gauge("schedule_interval_seconds", "The longest time between two ticks of the schedule.");
  const times = {
    last: gauge("last_pass_timestamp_seconds", "When the last pass ended."),
    success: gauge("last_success_timestamp_seconds", "When the last pass without a failure ended."),
    next: gauge("next_pass_timestamp_seconds", "When the next pass begins, jitter aside."),
    access: gauge(
      "access_token_expiry_timestamp_seconds",
      "When GitLab refuses the access token that the program itself uses; absent when never, or unknown.",
    ),
  };
  const running = gauge("pass_running", "Whether a pass is under way.");
  const fleet = {
    replicas: gauge(
      "fleet_replicas",
      "Replicas that live, as this one last heard; absent with the local engine.",
    ),
    inForce: gauge("fleet_policy_in_force", "Whether this replica's policy is the one that counts."),
    redis: gauge("fleet_redis_up", "Whether Redis answers this replica."),
  };
  for (const gauge of Object.values(fleet)) gauge.remove();
  // Each begins as 0.
  for (const gauge of Object.values(times)) gauge.remove();
  return (overview) => {
    const { passes, status } = overview;
    build.set({ version: overview.version, node_version: process.versions.node }, 1);
    interval.set(overview.interval / SECOND);
    running.set(overview.running === undefined ? 0 : 1);
    setTime(times.last, passes[0]?.finishedAt);
    const success = passes.find((pass) => resultOf(pass) === "done")?.finishedAt;
    // The overview remembers some passes only: what it has forgotten stays as it was.
    if (success !== undefined) setTime(times.success, success);
    setTime(times.next, overview.nextPassAt);
    setTime(times.access, status?.accessToken?.expiresAt);
    if (overview.fleet === undefined) return;
    fleet.replicas.set(overview.fleet.replicas.length);
    fleet.inForce.set(takesPart(overview.fleet) === true ? 1 : 0);
    fleet.redis.set(overview.fleet.lostSince === undefined ? 1 : 0);
  };
};

/** A gauge without a value is not shown at all: 0 would be 1970. */
const setTime = (gauge: Gauge, time: Date | undefined): void => {
  if (time === undefined) gauge.remove();
  else gauge.set(time.getTime() / SECOND);
};
