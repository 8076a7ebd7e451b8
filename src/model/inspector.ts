import type { AccessToken } from "./access-token.ts";
import type { Target } from "./target.ts";

/** Which GitLab answers. */
export interface GitLabVersion {
  /** E.g. `17.10.1-ee`. */
  readonly version: string;
  /** GitLab's clock less ours is within a second of minus this, in milliseconds; absent without a `Date`. */
  readonly clockSkew: number | undefined;
}

/** What is asked of GitLab about itself and about us, never to rotate. Every method throws `GitLabError`. */
export interface GitLabInspector {
  ownAccessToken(): Promise<AccessToken>;
  version(): Promise<GitLabVersion>;
  /** Every group below a group, at any depth. */
  groupsBelow(group: Target): AsyncIterable<Target>;
  /** Our access level there, 0 to 60, inherited ones included; absent when GitLab does not say. */
  accessLevel(target: Target): Promise<number | undefined>;
}
