import { applyPlanned } from "./apply/apply-planned.ts";
import { leftAloneTarget, type Planned, planReport, unresolved } from "./apply/lineage-report.ts";
import { observe, type Ports } from "./apply/observe.ts";
import { collidesAnywhere, hasItsSecret, namesThatExist } from "./apply/observe-target.ts";
import { type FailedTarget, resolveTargets } from "./apply/resolve.ts";
import { sweepSecrets } from "./apply/sweep.ts";
import { RequestError } from "./model/errors.ts";
import type { Policy } from "./model/policy.ts";
import type { LineageReport, PassEvent, PassReport } from "./model/report.ts";
import type { Target, TargetKind } from "./model/target.ts";
import { type Coverage, coverTargets, lineagesOf } from "./plan/coverage.ts";
import type { Request } from "./plan/decide.ts";
import type { Lineage } from "./plan/lineage.ts";
import { summarise } from "./report/summary.ts";

export interface RotationRequest {
  /** Absent where the person did not say; then path or id must be of one target only. */
  readonly kind: TargetKind | undefined;
  readonly idOrPath: number | string;
  readonly token: string;
  readonly leaked: boolean;
}

export interface RotateLineageOptions {
  readonly policy: Policy;
  readonly ports: Ports;
  readonly request: RotationRequest;
  readonly stop?: AbortSignal | undefined;
  readonly onEvent?: (event: PassEvent) => void;
  /** Asked before anything is changed; what it is shown is what would be done. */
  readonly confirm: (planned: LineageReport) => Promise<boolean>;
}

/** `platform/api`, `42`, `project:platform/api`, `group:7` */
export const parseTarget = (text: string): Pick<RotationRequest, "kind" | "idOrPath"> => {
  const [, kind, rest] = /^(?:(project|group):)?(.*)$/s.exec(text) ?? [];
  const reference = rest ?? text;
  return {
    kind: kind as TargetKind | undefined,
    idOrPath: /^[1-9]\d{0,15}$/.test(reference) ? Number(reference) : reference,
  };
};

const isMeant = ({ kind, idOrPath }: RotationRequest, target: Target): boolean =>
  (kind === undefined || kind === target.kind) &&
  (typeof idOrPath === "number"
    ? target.id === idOrPath
    : target.path.toLowerCase() === idOrPath.toLowerCase());

const isMeantToo = (request: RotationRequest, { target, known }: FailedTarget): boolean =>
  (request.kind ?? target.kind) === target.kind &&
  [target.idOrPath, known.id, known.path].some(
    (name) => String(name).toLowerCase() === String(request.idOrPath).toLowerCase(),
  );

const findLineage = (
  { request, policy }: RotateLineageOptions,
  coverage: Coverage,
  names: readonly string[],
): Lineage => {
  const lineages = lineagesOf(coverage, policy, names);
  const found = lineages.find(({ token }) => token === request.token);
  if (found !== undefined) return found;
  const others = lineages.map(({ token }) => JSON.stringify(token)).join(", ") || "none";
  throw new RequestError(
    `the policy covers no token ${JSON.stringify(request.token)} of ${coverage.target.kind} ${coverage.target.path}; it covers ${others} (a \`match\` takes up only what exists)`,
  );
};

const findCoverage = (request: RotationRequest, coverages: readonly Coverage[]): Coverage => {
  const [meant, another] = coverages.filter(({ target }) => isMeant(request, target));
  if (meant !== undefined && another === undefined) return meant;
  throw new RequestError(
    meant === undefined
      ? `the policy covers no target ${JSON.stringify(request.idOrPath)}; give its full path or its id as GitLab shows it`
      : `a project and a group are called ${JSON.stringify(request.idOrPath)}; say project:${request.idOrPath} or group:${request.idOrPath}`,
  );
};

/** Rotates one lineage because a person asked for it, by the steps of a pass and with all of its checks. */
export const rotateLineage = async (options: RotateLineageOptions): Promise<PassReport> => {
  const { policy, ports, request, stop, onEvent, confirm } = options;
  const startedAt = ports.clock.now();
  const done = (lineages: readonly LineageReport[]): PassReport => ({
    startedAt,
    finishedAt: ports.clock.now(),
    lineages,
    summary: summarise(lineages),
    warnings: [],
  });
  const sweep = await sweepSecrets(ports, policy.gitlab.instance);
  const { resolved, failed } = await resolveTargets(ports.gitlab, policy);
  const { coverages, leftAlone } = coverTargets(resolved);
  const unread = [
    ...failed
      .filter((entry) => isMeantToo(request, entry))
      .map(({ target, error }) => unresolved(target, error)),
    ...leftAlone.filter((target) => isMeant(request, target)).map(leftAloneTarget),
  ];
  if (unread.length > 0) return done(unread);

  const coverage = findCoverage(request, coverages);
  const listing = await ports.gitlab.listTokens(coverage.target);
  const names = namesThatExist(listing.tokens, { sweep, coverage, now: ports.clock.now() });
  const lineage = findLineage(options, coverage, names);
  const asked: Request = request.leaked ? "rotate-leaked" : "rotate";
  const seen = await observe(ports, { lineage, sweep, listing, request: asked, fresh: true });
  const planned: Planned = { lineage, seen };
  if (!hasItsSecret(planned) && collidesAnywhere(lineage, { coverages, policy, sweep }))
    throw new RequestError(
      `other lineages of the policy come to the secret ${lineage.secretName} too; give each a \`secret:\` of its own`,
    );
  if (seen.decision.rotation !== undefined && !(await confirm(planReport(planned)))) return done([]);
  return done(await applyPlanned(ports, [planned], { policy, sweep, stop, onEvent, request: asked }));
};
