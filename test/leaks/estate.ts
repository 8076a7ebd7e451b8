import type { GitLabSimulator } from "../support/gitlab/simulator.ts";
import type { SecretsManagerSimulator } from "../support/secrets-manager/simulator.ts";
import { AWS_CHATTER, GITLAB_CHATTER } from "./chatterboxes.ts";

export const AWS_KEY = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

const secretOf = (slug: string): string => `gitlab/project/platform/${slug}/registry-pull`;

/** Whether a request is about the project: by id, by path, or as a repository. */
const isAbout = (slug: string, id: number) => {
  const told = new RegExp(
    `/projects/(?:${id}|platform%2F${slug})(?:[/?]|$)|platform(?:/|%2F)${slug}(?:%3A|\\.git)`,
  );
  return ({ path }: { readonly path: string }): boolean => told.test(path);
};

export interface Estate {
  readonly gitlab: GitLabSimulator;
  /** Absent where the store is another one. */
  readonly aws?: SecretsManagerSimulator | undefined;
  /** Faults that are left out. */
  readonly without: readonly string[];
}

/** A project for each fault, and one without. Returns the policy's projects. */
export const addEstate = ({ gitlab, aws, without }: Estate): string => {
  const faults = [...Object.keys(GITLAB_CHATTER), ...(aws ? Object.keys(AWS_CHATTER) : [])];
  const slugs = ["fine", ...faults.filter((slug) => !without.includes(slug))];
  for (const slug of slugs) {
    const { id } = gitlab.world.addProject({ path: `platform/${slug}` });
    for (const { match, ...rule } of GITLAB_CHATTER[slug] ?? [])
      gitlab.faults.add({ ...rule, match: { ...match, where: isAbout(slug, id) } });
    const fault = AWS_CHATTER[slug];
    if (fault) aws?.faults.push({ ...fault, match: { ...fault.match, secretId: secretOf(slug) } });
  }
  const entries = slugs.map(
    (slug) => `  - path: platform/${slug}\n    tokens: [{ name: registry-pull, scopes: [read_registry] }]\n`,
  );
  return `projects:\n${entries.join("")}`;
};

/** All at once: what waits costs nothing, and no rotation is left out because others have failed before it. */
export const settings = (store: string): string => `version: 1
gitlab: { url: https://gitlab.example.com }
store: ${store}
schedule: { cron: "0 0 1 1 *" }
limits: { concurrency: 64, gitlab_requests_per_second: 1000 }
`;
