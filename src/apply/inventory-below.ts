import type { GitLabInspector } from "../model/inspector.ts";
import type { GitLab } from "../model/ports.ts";
import type { Target } from "../model/target.ts";
import { isBelow, type Resolved } from "../plan/coverage.ts";

export interface BelowPorts {
  readonly gitlab: Pick<GitLab, "projectsBelow">;
  readonly inspector: Pick<GitLabInspector, "groupsBelow">;
}

interface Below {
  readonly targets: readonly Target[];
  readonly failures: readonly { readonly what: string; readonly error: unknown }[];
}

/** Every subgroup and project below the policy's groups. What lies below two of them is asked for once. */
export const readBelow = async (
  { gitlab, inspector }: BelowPorts,
  { groups }: Pick<Resolved, "groups">,
): Promise<Below> => {
  const targets: Target[] = [];
  const failures: { what: string; error: unknown }[] = [];
  const collect = async (items: AsyncIterable<Target>, what: string): Promise<void> => {
    try {
      for await (const item of items) targets.push(item);
    } catch (error) {
      failures.push({ what, error });
    }
  };
  const outermost = groups.filter(
    ({ target }) => !groups.some((other) => isBelow(target.path, other.target.path)),
  );
  await Promise.all(
    outermost.flatMap(({ entry, target }) => [
      collect(inspector.groupsBelow(target), `the groups below group ${target.path}`),
      // Those of an entry with `projects` are known already.
      ...(entry.projects === undefined
        ? [collect(gitlab.projectsBelow(target), `the projects below group ${target.path}`)]
        : []),
    ]),
  );
  return { targets, failures };
};
