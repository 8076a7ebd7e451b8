import { Gauge, Registry } from "prom-client";
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

/** In registries of their own, which nobody has to keep: they are many, and change only with the status. */
const render = async (status: StatusReport | undefined): Promise<string> => {
  const registry = new Registry();
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
    for (const lineage of lineages.slice(0, MAX_LINEAGES)) setOne(lineage, at);
    for (const state of LINEAGE_STATES) states.set({ state }, summary[state]);
    omitted.set(Math.max(0, lineages.length - MAX_LINEAGES));
    const waits = lineages.flatMap((lineage) => lineage.waiting);
    waiting.set(waits.length);
    strays.set(waits.filter(({ stray }) => stray === true).length + lineages.filter(isStray).length);
  };
  if (status !== undefined) setAll(status);
  return registry.metrics();
};

/** The metrics of a status as text, made once for each: however many ask, and at once, one rendering holds up the pass. */
export const createLineageMetrics = (): ((status: StatusReport | undefined) => Promise<string>) => {
  let made: { readonly of: StatusReport | undefined; readonly text: Promise<string> } | undefined;
  return (status) => {
    if (made === undefined || made.of !== status) made = { of: status, text: render(status) };
    return made.text;
  };
};
