import type { Policy } from "../model/policy.ts";
import type { GitLab } from "../model/ports.ts";
import type { Target, TargetReference } from "../model/target.ts";
import type { Resolved } from "../plan/coverage.ts";

export interface FailedTarget {
  readonly target: TargetReference;
  readonly error: unknown;
}

/** Resolves every entry once; what cannot be resolved fails alone. */
export const resolveTargets = async (
  gitlab: GitLab,
  policy: Policy,
): Promise<{ resolved: Resolved; failed: readonly FailedTarget[] }> => {
  const failed: FailedTarget[] = [];
  const attempt = async <T>(target: TargetReference, work: () => Promise<T>): Promise<T[]> => {
    try {
      return [await work()];
    } catch (error) {
      failed.push({ target, error });
      return [];
    }
  };
  const projects = await Promise.all(
    policy.projects.map((entry) =>
      attempt(entry.target, async () => ({ entry, target: await gitlab.resolve(entry.target) })),
    ),
  );
  const groups = await Promise.all(
    policy.groups.map((entry) =>
      attempt(entry.target, async () => {
        const target = await gitlab.resolve(entry.target);
        const below: Target[] = [];
        if (entry.projects !== undefined)
          for await (const project of gitlab.projectsBelow(target)) below.push(project);
        return { entry, target, below };
      }),
    ),
  );
  return { resolved: { projects: projects.flat(), groups: groups.flat() }, failed };
};
