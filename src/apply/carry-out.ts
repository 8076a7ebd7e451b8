import { milliseconds } from "../model/duration.ts";
import { RotatorError, StoppedError } from "../model/errors.ts";
import { LINEAGE_TAG, MANAGED_BY, MANAGED_BY_TAG } from "../model/names.ts";
import type { Action, ActionReport } from "../model/report.ts";
import type { Request } from "../plan/decide.ts";
import type { Lineage } from "../plan/lineage.ts";
import { DELETE_WITHIN, deadlineGate } from "./deadline.ts";
import { type Observation, observe, type Ports } from "./observe.ts";
import { rotate } from "./rotate.ts";
import type { Sweep } from "./sweep.ts";

export interface LineageWork {
  readonly lineage: Lineage;
  readonly sweep: Sweep;
  readonly request?: Request | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly stop?: AbortSignal | undefined;
  readonly versionsBefore?: ReadonlySet<string> | undefined;
}

export const failure = (error: unknown): NonNullable<ActionReport["error"]> => ({
  code: error instanceof RotatorError ? error.code : "ERR_INTERNAL",
  message: error instanceof Error ? error.message : String(error),
});

const failed = (action: Action, error: unknown): ActionReport => ({
  ...action,
  result: "failed",
  error: failure(error),
});

/** Looks again first: since the plan somebody may have given the secret to another lineage. */
const restoreTags = async (ports: Ports, work: LineageWork): Promise<ActionReport[]> => {
  try {
    const { observed, decision } = await observe(ports, { ...work, fresh: true });
    if (!decision.restoreTags || observed.secret.status !== "found") return [];
    const tags = { ...work.tags, [MANAGED_BY_TAG]: MANAGED_BY, [LINEAGE_TAG]: work.lineage.tag };
    await ports.store.record(observed.secret.description.arn, tags);
    return [];
  } catch (error) {
    const message = "our tags were removed from the secret and could not be put back";
    return [failed({ action: "report", reason: "TagsRestored", message }, error)];
  }
};

/** Deletes one token, if what is there now still allows it. */
const deleteToken = async (ports: Ports, work: LineageWork, action: Action): Promise<ActionReport> => {
  try {
    const seen = await observe(ports, { ...work, fresh: true });
    const still = seen.decision.deletions.find(({ tokenId }) => tokenId === action.tokenId);
    if (still?.tokenId === undefined)
      return { ...action, result: "skipped", message: `${action.message}; no longer to be deleted` };
    const gate = deadlineGate(ports.clock, seen.describedAt, { length: DELETE_WITHIN, what: "the deletion" });
    await ports.gitlab.deleteToken(work.lineage.target, still.tokenId, gate);
    return { ...still, result: "done" };
  } catch (error) {
    return failed(action, error);
  }
};

interface Rotated {
  readonly report: ActionReport;
  readonly leaked: boolean;
  /** That were there before it stored its own. */
  readonly versionsBefore: ReadonlySet<string>;
}

const versionsOf = ({ secret, versionIds }: Observation["observed"]): ReadonlySet<string> =>
  new Set([
    ...(secret.status === "found" ? secret.description.versions.map(({ id }) => id) : []),
    ...(versionIds ?? []),
  ]);

const rotateLineage = async (
  ports: Ports,
  work: LineageWork,
  { action, onCreated }: { readonly action: Action; readonly onCreated: (tokenId: number) => void },
): Promise<Rotated> => {
  let versionsBefore: ReadonlySet<string> = new Set();
  let created: { newTokenId?: number } = {};
  let leaked = false;
  const rotateNow = async (): Promise<ActionReport> => {
    const observation = await observe(ports, { ...work, fresh: true });
    const { rotation, main } = observation.decision;
    if (rotation === undefined) return { ...main, ...(main.keptFromRotating && { result: "failed" }) };
    leaked = rotation.leaked;
    versionsBefore = versionsOf(observation.observed);
    const outcome = await rotate(ports, {
      ...work,
      rotation,
      observation,
      onCreated: (newTokenId) => {
        created = { newTokenId };
        onCreated(newTokenId);
      },
    });
    return outcome.status === "skipped"
      ? { ...main, result: "skipped", message: outcome.message }
      : {
          ...main,
          ...created,
          message: [main.message, ...outcome.unverified.map((what) => `not tried: ${what}`)].join("; "),
          expiresAt: outcome.expiresAt,
          renewsAt: new Date(outcome.expiresAt.getTime() - work.lineage.entry.renewBefore),
          result: "done",
        };
  };
  try {
    return { report: await rotateNow(), leaked, versionsBefore };
  } catch (error) {
    if (error instanceof StoppedError)
      return { report: { ...action, result: "skipped", message: error.message }, leaked, versionsBefore };
    return { report: { ...failed(action, error), ...created }, leaked, versionsBefore };
  }
};

/** Deletions first: nothing that this pass's own rotation supersedes is deleted by it, but on the leak path. */
export const deleteWhatMayGo = async (
  ports: Ports,
  work: LineageWork,
  planned: Observation,
): Promise<ActionReport[]> => {
  const reports = planned.decision.restoreTags ? await restoreTags(ports, work) : [];
  for (const action of planned.decision.deletions) reports.push(await deleteToken(ports, work, action));
  return reports;
};

/** How long the store may take to show what was just put, in milliseconds. */
const UNTIL_SHOWN = [0, 1_000, 2_000, 4_000];

/** What is there now that the new token is stored; `undefined` while the store does not show it. */
const observeStored = async (
  ports: Ports,
  work: LineageWork,
  tokenId: number | undefined,
): Promise<Observation | undefined> => {
  for (const wait of UNTIL_SHOWN) {
    if (wait > 0) await ports.clock.sleep(milliseconds(wait));
    const seen = await observe(ports, { ...work, request: undefined, fresh: true });
    const { current } = seen.decision.account;
    if (current.kind === "ours" && current.version.tokenId === tokenId) return seen;
  }
  return undefined;
};

const NOT_YET = "the leaked token is not deleted yet; the next pass does it, as the record says so";

/** The leak path's second half. Whatever of it does not succeed is a failure: somebody may be using that token. */
const deleteLeaked = async (
  ports: Ports,
  work: LineageWork,
  tokenId: number | undefined,
): Promise<ActionReport[]> => {
  const notYet: Action = { action: "report", reason: "Leaked", message: NOT_YET };
  try {
    const after = await observeStored(ports, work, tokenId);
    if (after === undefined) return [{ ...notYet, result: "failed" }];
    const reports = await deleteWhatMayGo(ports, { ...work, request: undefined }, after);
    const waiting = after.decision.waiting.map(
      (item): ActionReport => ({ ...notYet, message: item.message, tokenId: item.tokenId, result: "failed" }),
    );
    return [
      ...reports.map(
        (report): ActionReport => (report.result === "done" ? report : { ...report, result: "failed" }),
      ),
      ...waiting,
    ];
  } catch (error) {
    return [failed(notYet, error)];
  }
};

export const carryOutRotation = async (
  ports: Ports,
  work: LineageWork,
  options: { readonly action: Action; readonly onCreated: (tokenId: number) => void },
): Promise<ActionReport[]> => {
  const { report, leaked, versionsBefore } = await rotateLineage(ports, work, options);
  if (leaked && report.result === "skipped")
    return [
      { ...report, result: "failed", message: `${report.message}; ask again: what has leaked lives on` },
    ];
  if (report.result !== "done" || !leaked) return [report];
  return [report, ...(await deleteLeaked(ports, { ...work, versionsBefore }, report.newTokenId))];
};
