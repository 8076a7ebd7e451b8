import { GitLabError } from "../model/errors.ts";
import type { Policy } from "../model/policy.ts";
import type { GitLab } from "../model/ports.ts";
import type { Target } from "../model/target.ts";
import { listsBelow, type Resolved, type UnreadEntry } from "../plan/coverage.ts";

export interface FailedTarget extends UnreadEntry {
  readonly error: unknown;
}

/**
 * Resolves every entry once; what cannot be resolved fails alone. `onTarget` is told of targets with tokens as they come,
 * before it is known what all entries say of them.
 */
export const resolveTargets = async (
  gitlab: GitLab,
  policy: Policy,
  onTarget?: (target: Target) => void,
): Promise<{ resolved: Resolved; failed: readonly FailedTarget[] }> => {
  const failed: FailedTarget[] = [];
  const projects = policy.projects.map(async (entry) => {
    try {
      const target = await gitlab.resolve(entry.target);
      if (entry.tokens.length > 0) onTarget?.(target);
      return [{ entry, target }];
    } catch (error) {
      const known = error instanceof GitLabError && error.movedTo !== undefined ? { id: error.movedTo } : {};
      failed.push({ target: entry.target, error, known, below: false });
      return [];
    }
  });
  const groups = policy.groups.map(async (entry) => {
    let known: Partial<Target> = {};
    try {
      const target = await gitlab.resolve(entry.target);
      known = target;
      if (entry.tokens.length > 0) onTarget?.(target);
      const below: Target[] = [];
      if (entry.projects !== undefined) {
        const lists = listsBelow(entry);
        for await (const project of gitlab.projectsBelow(target)) {
          below.push(project);
          if (lists(project.path)) onTarget?.(project);
        }
      }
      return [{ entry, target, below }];
    } catch (error) {
      failed.push({ target: entry.target, error, known, below: entry.projects !== undefined });
      return [];
    }
  });
  const resolved = {
    projects: (await Promise.all(projects)).flat(),
    groups: (await Promise.all(groups)).flat(),
    unread: failed,
  };
  return { resolved, failed };
};
