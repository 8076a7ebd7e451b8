import type { Ports } from "../../src/apply/observe.ts";
import type { DeployToken } from "../../src/model/deploy-token.ts";
import { GitLabError, SecretStoreError } from "../../src/model/errors.ts";
import type { Policy, TokenEntry } from "../../src/model/policy.ts";
import type { GitLab, SecretDescription, SecretStore, TokenListing } from "../../src/model/ports.ts";
import type { Target } from "../../src/model/target.ts";
import { SAFETY, T0 } from "../plan/builders.ts";
import { DEFAULT_CHOICE, policyOf } from "../protocol/policy-choice.ts";

export interface OwnedToken {
  readonly owner: Target;
  readonly token: DeployToken;
}

export interface Estate {
  readonly targets: readonly { readonly target: Target; readonly tokens: readonly TokenEntry[] }[];
  readonly tokens: readonly OwnedToken[];
  readonly secrets: readonly SecretDescription[];
}

export interface EstateOptions {
  readonly administrator: boolean;
  /** What the pages of the list of all tokens hold, where it is not all. */
  readonly shownTokens?: readonly DeployToken[];
  readonly total?: number | undefined;
  /** What ListSecrets shows, where it is older than what a description does. */
  readonly shownSecrets?: readonly SecretDescription[];
  /** ListSecrets is refused behind those. */
  readonly denied?: boolean;
}

export const isSame = (one: Target, other: Target): boolean => one.kind === other.kind && one.id === other.id;

const unused = (): never => {
  throw new Error("a look never writes");
};

const forbidden = new GitLabError("403", {
  code: "ERR_GITLAB_FORBIDDEN",
  route: "GET /deploy_tokens",
  status: 403,
  outcome: "refused",
});

const denied = new SecretStoreError("not allowed", {
  code: "ERR_SECRET_ACCESS_DENIED",
  step: "list",
  outcome: "refused",
});

export const policyFor = ({ targets }: Estate): Policy => {
  const position = { file: "rotation.yaml", line: 1, column: 1 };
  return {
    ...policyOf(DEFAULT_CHOICE),
    projects: targets.map(({ target, tokens }) => ({
      target: { kind: "project", idOrPath: target.id },
      tokens,
      position,
    })),
    groups: [],
  };
};

/** An estate that can be looked at, and the ids of the targets that were listed on their own. */
export const portsOf = (estate: Estate, options: EstateOptions): { ports: Ports; listed: number[] } => {
  const { administrator, shownTokens = estate.tokens.map(({ token }) => token), total } = options;
  const listed: number[] = [];
  const owned = (target: Target): DeployToken[] =>
    estate.tokens.filter(({ owner }) => isSame(owner, target)).map(({ token }) => token);
  const listTokens = async (target: Target): Promise<TokenListing> => {
    listed.push(target.id);
    return { tokens: owned(target), clockSkew: 0 };
  };
  const gitlab: GitLab = {
    resolve: ({ idOrPath }) =>
      Promise.resolve((estate.targets.find(({ target }) => target.id === idOrPath) ?? unused()).target),
    async *projectsBelow() {},
    mayListInstance: async () => administrator,
    async *instanceTokens() {
      if (!administrator) throw forbidden;
      yield { tokens: shownTokens.slice(0, 3), clockSkew: 0, total };
      yield { tokens: shownTokens.slice(3), clockSkew: 0, total };
    },
    listTokens,
    fetchTokens: async (target) => {
      const listing = await listTokens(target);
      return async () => listing;
    },
    getToken: (target, id) => Promise.resolve(owned(target).find((token) => token.id === id)),
    createToken: unused,
    deleteToken: unused,
    verifyToken: unused,
  };
  const store: SecretStore = {
    async *list() {
      yield* options.shownSecrets ?? estate.secrets;
      if (options.denied) throw denied;
    },
    describe: (id) => Promise.resolve(estate.secrets.find(({ arn, name }) => arn === id || name === id)),
    versions: (id) =>
      Promise.resolve(
        estate.secrets.find(({ arn }) => arn === id)?.versions.map(({ id: version }) => version) ?? [],
      ),
    ensure: unused,
    record: unused,
    put: unused,
  };
  const clock = { now: () => T0, monotonic: () => 0, sleep: () => Promise.resolve() };
  return { ports: { gitlab, store, clock, safety: SAFETY, random: () => 0 } as Ports, listed };
};
