import PQueue from "p-queue";
import type { DeployToken } from "../model/deploy-token.ts";
import { GitLabError, StoppedError } from "../model/errors.ts";
import type { GitLabInspector } from "../model/inspector.ts";
import { decodeLineageTag } from "../model/lineage-tag.ts";
import { LINEAGE_TAG } from "../model/names.ts";
import type { Policy } from "../model/policy.ts";
import type { Target } from "../model/target.ts";
import type { Inventory } from "../plan/audit-inventory.ts";
import { auditTargets, targetKey } from "../plan/audit-scope.ts";
import { readBelow } from "./inventory-below.ts";
import { inventoryTarget } from "./inventory-target.ts";
import type { Ports } from "./observe.ts";
import { resolveTargets } from "./resolve.ts";
import { type Sweep, sweepSecrets } from "./sweep.ts";

export interface InventoryOptions {
  readonly policy: Policy;
  readonly policyFile: string;
  readonly ports: Ports;
  readonly inspector: GitLabInspector;
  /** Whether to list every token of the instance; absent: where we may. */
  readonly instance?: boolean | undefined;
  readonly stop?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

type OnProblem = (what: string, error: unknown) => void;

/** What is seen of the secrets where the store cannot be asked. */
const NOTHING: Sweep = {
  complete: false,
  incompleteBecause: undefined,
  secrets: [],
  secretsOf: () => [],
  numbersOf: () => [],
  isDisputed: () => false,
  tagged: () => [],
  namesOf: () => [],
  isClaimedElsewhere: () => false,
  upToDate: async () => NOTHING,
};

const readSecrets = async ({ ports, policy }: InventoryOptions, onProblem: OnProblem): Promise<Sweep> => {
  try {
    const sweep = await sweepSecrets(ports, policy.gitlab.instance);
    if (!sweep.complete)
      onProblem("the list of secrets (those that the policy names are looked up)", sweep.incompleteBecause);
    return sweep;
  } catch (error) {
    onProblem("the secrets (nothing is told of them, of strays and of duplicates that are covered)", error);
    return NOTHING;
  }
};

/** Everybody but an administrator is refused: then the policy's part of the instance is what can be looked at. */
const readInstance = async (
  { ports, instance }: InventoryOptions,
  onProblem: OnProblem,
): Promise<readonly DeployToken[] | undefined> => {
  if (instance === false) return undefined;
  const tokens: DeployToken[] = [];
  try {
    for await (const page of ports.gitlab.instanceTokens()) tokens.push(...page.tokens);
    return tokens;
  } catch (error) {
    const denied = error instanceof GitLabError && error.status === 403;
    if (!denied || instance === true) onProblem("the list of all tokens of the instance", error);
    return undefined;
  }
};

/** Targets that secrets name: the policy may have lost sight of them. */
const namedBySecrets = ({ secrets }: Sweep): Pick<Target, "kind" | "id">[] => {
  const found = new Map<string, Pick<Target, "kind" | "id">>();
  for (const { tags } of secrets) {
    const lineage = decodeLineageTag(tags[LINEAGE_TAG] ?? "");
    if (lineage === undefined) continue;
    const target = { kind: lineage.kind, id: lineage.targetId };
    found.set(targetKey(target), target);
  }
  return [...found.values()];
};

/** Looks at everything once, as many targets at a time as the policy allows; what cannot be read is told, and the rest goes on. */
export const takeInventory = async (options: InventoryOptions): Promise<Inventory> => {
  const { policy, policyFile, ports, inspector, stop, onProgress } = options;
  const problems: string[] = [];
  const onProblem: OnProblem = (what, error) => {
    problems.push(`${what} could not be read: ${error instanceof Error ? error.message : String(error)}`);
  };
  const [sweep, { resolved, failed }, instance] = await Promise.all([
    readSecrets(options, onProblem),
    resolveTargets(ports.gitlab, policy),
    readInstance(options, onProblem),
  ]);
  for (const { target, error } of failed) onProblem(`${target.kind} ${target.idOrPath}`, error);
  const below = await readBelow({ gitlab: ports.gitlab, inspector }, resolved);
  for (const { what, error } of below.failures) onProblem(what, error);

  const queue = new PQueue({ concurrency: policy.limits.concurrency });
  const work = <Item, Result>(items: readonly Item[], each: (item: Item) => Promise<Result>) =>
    Promise.all(
      items.map((item) =>
        queue.add(() => {
          if (stop?.aborted) throw new StoppedError("The audit was stopped before its end.");
          return each(item);
        }),
      ),
    );
  const reached = { resolved, below: below.targets, policyFile };
  const known = new Set(auditTargets({ ...reached, strangers: [] }).map(({ target }) => targetKey(target)));
  const gone = new Set<string>();
  const strangers = await work(
    namedBySecrets(sweep).filter((target) => !known.has(targetKey(target))),
    async (reference) => {
      try {
        return [await ports.gitlab.resolve({ kind: reference.kind, idOrPath: reference.id })];
      } catch (error) {
        if (error instanceof GitLabError && error.code === "ERR_GITLAB_NOT_FOUND")
          gone.add(targetKey(reference));
        else onProblem(`${reference.kind} ${reference.id}, which a secret names,`, error);
        return [];
      }
    },
  );
  const targets = auditTargets({ ...reached, strangers: strangers.flat() });
  let done = 0;
  const observes = sweep !== NOTHING;
  const found = await work(targets, async (target) => {
    const seen = await inventoryTarget(ports, target, { policy, sweep, observes, onProblem });
    done += 1;
    onProgress?.(done, targets.length);
    return seen;
  });
  return { targets: found, secrets: [...sweep.secrets], gone, instance, unread: failed, problems };
};
