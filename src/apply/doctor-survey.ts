import PQueue from "p-queue";
import { isLive } from "../model/deploy-token.ts";
import { StoppedError } from "../model/errors.ts";
import type { GitLabInspector } from "../model/inspector.ts";
import type { Policy } from "../model/policy.ts";
import type { TokenListing } from "../model/ports.ts";
import type { Target } from "../model/target.ts";
import { type Coverage, coverTargets, lineagesOf } from "../plan/coverage.ts";
import type { Survey, SurveyedLineage, SurveyedTarget } from "../plan/doctor-survey.ts";
import type { Lineage } from "../plan/lineage.ts";
import { observe, type Ports } from "./observe.ts";
import { namesThatExist } from "./observe-target.ts";
import { resolveTargets } from "./resolve.ts";
import type { Sweep } from "./sweep.ts";

export interface SurveyOptions {
  readonly policy: Policy;
  readonly ports: Ports;
  readonly inspector: GitLabInspector;
  /** Absent where the secrets could not be read at all: then they are left alone. */
  readonly sweep: Sweep | undefined;
  readonly stop: AbortSignal;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

const keyOf = ({ kind, id }: Target): string => `${kind} ${id}`;

/** Reads everything that a pass would read, and our roles. */
export const survey = async (options: SurveyOptions): Promise<Survey> => {
  const { policy, ports, stop, onProgress } = options;
  const [{ resolved, failed }, admin] = await Promise.all([
    resolveTargets(ports.gitlab, policy),
    isAdministrator(ports),
  ]);
  const covered = coverTargets(resolved);
  const named = new Set([...resolved.projects, ...resolved.groups].map(({ target }) => keyOf(target)));
  const queue = new PQueue({ concurrency: policy.limits.concurrency });
  let done = 0;
  const targets = await Promise.all(
    covered.coverages.map((coverage) =>
      queue.add(async () => {
        if (stop.aborted) throw new StoppedError("The examination was stopped before its end.");
        const own = named.has(keyOf(coverage.target));
        const found = await surveyTarget(options, { coverage, own, admin });
        done += 1;
        onProgress?.(done, covered.coverages.length);
        return found;
      }),
    ),
  );
  return { resolved, covered, unread: failed, targets, admin };
};

/** Nobody else may list the instance's tokens. */
const isAdministrator = ({ gitlab }: Ports): Promise<boolean> => gitlab.mayListInstance().catch(() => false);

const surveyTarget = async (
  options: SurveyOptions,
  { coverage, own, admin }: { readonly coverage: Coverage; readonly own: boolean; readonly admin: boolean },
): Promise<SurveyedTarget> => {
  const { ports, inspector } = options;
  const { target } = coverage;
  const level = (): Promise<number | undefined> => inspector.accessLevel(target).catch(() => undefined);
  let listing: TokenListing;
  try {
    listing = await ports.gitlab.listTokens(target);
  } catch (listError) {
    return { target, own, listError, level: admin ? undefined : await level(), lineages: [] };
  }
  const looked = await Promise.all(
    lineagesFound(options, coverage, listing).map((lineage) => look(options, lineage, listing)),
  );
  const lineages = looked.filter((one) => !isNobodys(one));
  // Whoever may list a project's tokens may make them too, so that what lies below groups need not be asked singly.
  const asks = !admin && (own || target.kind === "group");
  return { target, own, listError: undefined, level: asks ? await level() : undefined, lineages };
};

/** A name that no glob would have taken up, had the secrets been listed. */
const isNobodys = ({ lineage, hasSecret, conflict }: SurveyedLineage): boolean =>
  lineage.entry.kind === "match" && conflict?.reason === "Removed" && !hasSecret;

const lineagesFound = (
  { policy, ports, sweep }: SurveyOptions,
  coverage: Coverage,
  { tokens }: TokenListing,
): readonly Lineage[] => {
  const now = ports.clock.now();
  const names =
    sweep === undefined
      ? tokens.filter((token) => isLive(token, now)).map(({ name }) => name)
      : namesThatExist(tokens, { sweep, coverage, now });
  return lineagesOf(coverage, policy, names);
};

const look = async (
  { ports, sweep }: SurveyOptions,
  lineage: Lineage,
  listing: TokenListing,
): Promise<SurveyedLineage> => {
  const unseen = { lineage, hasSecret: false, conflict: undefined, error: undefined };
  if (sweep === undefined) return unseen;
  try {
    const { decision } = await observe(ports, { lineage, sweep, listing, fresh: false });
    const { reason, message } = decision.main;
    return { ...unseen, hasSecret: decision.account.owner === "us", conflict: { reason, message } };
  } catch (error) {
    return { ...unseen, error };
  }
};
