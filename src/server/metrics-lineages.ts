import { Gauge, type Registry } from "prom-client";
import { SECOND } from "../model/duration.ts";
import { LINEAGE_STATES, type LineageStatus, type StatusReport } from "../model/status.ts";
import { wellFormed } from "../model/words.ts";
import { PREFIX } from "./metrics-names.ts";

/** Lineages that get series of their own, three each, the most urgent first; the rest is counted only. */
export const MAX_LINEAGES = 5_000;

const LABELS = ["kind", "path", "token"] as const;

/** Nobody has to do anything, and what consumers read lived when the pass ended. */
const isReady = ({ state, expiresAt }: LineageStatus, at: Date): boolean =>
  state !== "failing" && state !== "conflict" && (expiresAt === undefined || expiresAt > at);

const isStray = ({ error }: LineageStatus): boolean => error?.code === "ERR_STRAY_TOKEN";

/** Sets them from a status; one that was set already is left alone. */
export const createLineageMetrics = (registry: Registry): ((status: StatusReport | undefined) => void) => {
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Gauge({ name: `${PREFIX}${name}`, help, labelNames, registers: [registry] });
  const expiry = gauge(
    "token_expiry_timestamp_seconds",
    "When the token that consumers read expires.",
    LABELS,
  );
  const renewal = gauge("token_renewal_timestamp_seconds", "From when on the token is renewed.", LABELS);
  const ready = gauge(
    "token_ready",
    "1 where the token lives and nobody has to do anything, else 0; as of the last pass.",
    LABELS,
  );
  const states = gauge("lineages", "Lineages by state.", ["state"]);
  const omitted = gauge(
    "lineages_omitted",
    `Lineages without series of their own: past ${MAX_LINEAGES}, those that are least urgent.`,
    [],
  );
  const waiting = gauge("tokens_awaiting_deletion", "Old tokens that wait for their deletion.", []);
  const strays = gauge("stray_tokens", "Tokens left over from rotations that did not end well.", []);

  const setOne = (lineage: LineageStatus, at: Date): void => {
    const labels = {
      kind: lineage.kind,
      path: wellFormed(lineage.path),
      token: wellFormed(lineage.token ?? ""),
    };
    if (lineage.expiresAt !== undefined) expiry.set(labels, lineage.expiresAt.getTime() / SECOND);
    if (lineage.renewsAt !== undefined) renewal.set(labels, lineage.renewsAt.getTime() / SECOND);
    ready.set(labels, isReady(lineage, at) ? 1 : 0);
  };
  const setAll = ({ lineages, summary, at }: StatusReport): void => {
    for (const labelled of [expiry, renewal, ready]) labelled.reset();
    for (const lineage of lineages.slice(0, MAX_LINEAGES)) setOne(lineage, at);
    for (const state of LINEAGE_STATES) states.set({ state }, summary[state]);
    omitted.set(Math.max(0, lineages.length - MAX_LINEAGES));
    const waits = lineages.flatMap((lineage) => lineage.waiting);
    waiting.set(waits.length);
    strays.set(waits.filter(({ stray }) => stray === true).length + lineages.filter(isStray).length);
  };

  let shown: StatusReport | undefined;
  return (status) => {
    if (status === undefined || status === shown) return;
    shown = status;
    setAll(status);
  };
};
