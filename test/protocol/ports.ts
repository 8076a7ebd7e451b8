import type { CreatedDeployToken, DeployToken } from "../../src/model/deploy-token.ts";
import { GitLabError, VerificationError } from "../../src/model/errors.ts";
import { LINEAGE_TAG, ROTATION_TAG } from "../../src/model/names.ts";
import type { GitLab, SecretDescription, SecretStore, TokenListing } from "../../src/model/ports.ts";
import { decodeRecord } from "../../src/model/record.ts";
import { Secret } from "../../src/model/secret.ts";
import type { Target } from "../../src/model/target.ts";
import type { Caller } from "./call.ts";
import { refusedByStore } from "./faults.ts";
import { checkDeletion, checkPut, isValueOf, type Knowledge } from "./invariants.ts";
import { secretsOf } from "./people.ts";
import { type PolicyChoice, SAFETY } from "./policy-choice.ts";
import type { WorldToken } from "./world/gitlab-world.ts";
import { currentOf, type WorldSecret } from "./world/store-world.ts";
import type { World } from "./world/world.ts";

export interface PortOptions {
  readonly world: World;
  readonly caller: Caller;
  readonly choice: PolicyChoice;
  readonly wallClock: () => number;
  /** What this process has read of the secrets: filled by the store's port, asked by the checks. */
  readonly knowledge: Map<string, number>;
}

const shown = ({ id, name, username, expiresAt, scopes, revoked }: WorldToken): DeployToken => ({
  id,
  name,
  username,
  expiresAt,
  scopes,
  revoked,
});

/** Small, so that even a few tokens fill more than one. */
const PAGE = 2;

const forbidden = new GitLabError("Only administrators may list all tokens.", {
  code: "ERR_GITLAB_FORBIDDEN",
  route: "GET /deploy_tokens",
  status: 403,
  outcome: "refused",
});

/** A deletion may be under way when the next record forgets the leak. */
const FORGOTTEN = 3 * 60_000;

const isLeaked = (world: World, kind: Target["kind"]): boolean => {
  const records = secretsOf(world, kind).map(({ tags }) => decodeRecord(tags[ROTATION_TAG] ?? ""));
  if (records.some((record) => record?.leaked === true)) world.leakedAt.set(kind, world.now());
  return world.now() - (world.leakedAt.get(kind) ?? Number.NEGATIVE_INFINITY) < FORGOTTEN;
};

export const createGitLabPort = ({ world, caller, choice, wallClock, knowledge }: PortOptions): GitLab => {
  const wholeSecond = (): number => Math.floor(world.now() / 1000) * 1000;
  const listTokens = (target: Target): Promise<TokenListing> =>
    caller.read({
      name: `list tokens of ${target.kind}`,
      side: { gitlab: "GET deploy_tokens" },
      carryOut: () => {
        knowledge.set(`tokens of ${target.kind}`, world.now());
        return {
          tokens: world.gitlab.tokens(target).map(shown),
          clockSkew: Math.floor(wallClock() / 1000) * 1000 - wholeSecond(),
        };
      },
    });
  return {
    resolve: (reference) =>
      caller.read({
        name: `resolve ${reference.kind}`,
        side: { gitlab: "GET target" },
        carryOut: () => world.target(reference.kind),
      }),
    async *projectsBelow() {},
    mayListInstance: async () => choice.access === "administrator",
    async *instanceTokens() {
      if (choice.access !== "administrator") throw forbidden;
      for (let page = 0, more = true; more; page += 1) {
        // Each page is cut from what there is as it is asked for, so that tokens slip through between two.
        const { tokens, last } = await caller.read({
          name: `list page ${page + 1} of all tokens`,
          side: { gitlab: "GET deploy_tokens" },
          carryOut: () => {
            const all = world.gitlab.all().sort((one, other) => one.id - other.id);
            const cut = all.slice(page * PAGE, (page + 1) * PAGE);
            return { tokens: cut.map(shown), last: (page + 1) * PAGE >= all.length };
          },
        });
        yield { tokens, clockSkew: Math.floor(wallClock() / 1000) * 1000 - wholeSecond(), total: undefined };
        more = !last;
      }
    },
    listTokens,
    fetchTokens: async (target) => {
      const listing = await listTokens(target);
      return async () => listing;
    },
    getToken: (target, id) =>
      caller.read({
        name: `get token ${id}`,
        side: { gitlab: "GET deploy_token" },
        carryOut: () => {
          const token = world.gitlab.find(target, id);
          return token && shown(token);
        },
      }),
    createToken: (target, request, gate) => {
      let leftAt = world.now();
      return caller.write({
        name: `create a token of ${target.kind}`,
        side: { gitlab: "POST deploy_tokens" },
        gate: () => {
          gate();
          leftAt = world.now();
        },
        carryOut: (): CreatedDeployToken => {
          const token = world.gitlab.create(target, request, "program");
          world.journal.note(`GitLab makes token ${token.id}`);
          // A known limit: one that GitLab makes after its record was given up looks like a person's.
          if (world.now() - leftAt > SAFETY.strayAfter) world.coincidences.add(request.expiresAt.getTime());
          return { token: shown(token), value: new Secret(token.value), answeredAt: new Date(wholeSecond()) };
        },
      });
    },
    deleteToken: (target, id, gate) => {
      let leftAt = world.now();
      return caller.write({
        name: `delete token ${id}`,
        side: { gitlab: "DELETE deploy_token" },
        gate: () => {
          gate();
          leftAt = world.now();
        },
        carryOut: () => {
          const token = world.gitlab.find(target, id);
          if (token === undefined) return;
          checkDeletion(world, token, { choice, knowledge, leaked: isLeaked(world, target.kind), leftAt });
          world.gitlab.remove(id);
        },
      });
    },
    verifyToken: (target, token, credential) =>
      caller.read({
        name: `log in with token ${token.id}`,
        side: { gitlab: "GET /jwt/auth" },
        carryOut: () => {
          const found = world.gitlab.find(target, token.id);
          if (found?.value !== credential.value.reveal() || found.revoked)
            throw new VerificationError(`token ${token.id} does not log in`);
          return { verified: ["read_registry"], unverified: [] };
        },
      }),
  };
};

/** A record that is written over another one that still counts, by a process that could not know of it. */
const noteOverwritten = (
  world: World,
  secret: WorldSecret,
  { tags, knowledge }: { readonly tags: Readonly<Record<string, string>>; readonly knowledge: Knowledge },
): void => {
  const [old, next] = [secret.tags, tags].map((of) => decodeRecord(of[ROTATION_TAG] ?? ""));
  if (next === undefined) return;
  const writtenAt = world.recordedAt.get(secret.arn) ?? Number.NEGATIVE_INFINITY;
  const known = knowledge.get(secret.arn) ?? Number.NEGATIVE_INFINITY;
  world.recordedAt.set(secret.arn, world.now());
  if (old === undefined || known >= writtenAt) return;
  const expires = old.expires.getTime();
  if (expires !== next.expires.getTime()) world.overlookedRecords.add(expires);
  else if (old.at.getTime() !== next.at.getTime()) world.coincidences.add(expires);
};

export const createStorePort = ({ world, caller, choice, knowledge }: PortOptions): SecretStore => {
  const { store } = world;
  const existing = (id: string, step: "record" | "put" | "versions"): WorldSecret => {
    const secret = store.byId(id);
    if (secret === undefined || secret.deletionDate !== undefined)
      throw refusedByStore(step, "refused", "ERR_SECRET_INVALID");
    return secret;
  };
  const noteExisting = (target: Readonly<Record<string, string>>): void => {
    for (const id of decodeRecord(target[ROTATION_TAG] ?? "")?.existing ?? []) world.recordedExisting.add(id);
  };
  const noteLeak = (secret: WorldSecret, tags: Readonly<Record<string, string>>): void => {
    const record = decodeRecord(tags[ROTATION_TAG] ?? "");
    if (record?.leaked !== true || record.undone) return;
    const lineage = secret.tags[LINEAGE_TAG] ?? tags[LINEAGE_TAG] ?? "";
    world.leakedAt.set(lineage.includes(" groups/") ? "group" : "project", world.now());
    const value = currentOf(secret)?.value;
    for (const kind of ["project", "group"] as const)
      for (const token of world.gitlab.tokens(world.target(kind)))
        if (isValueOf(value, token)) world.leakedTokens.add(token);
  };
  return {
    async *list() {
      yield* await caller.read({
        name: "list secrets",
        side: { store: "list" },
        carryOut: (age) =>
          store.secrets().flatMap((secret): SecretDescription[] => {
            const seen = store.seen(secret, age)?.description;
            return seen?.tags[LINEAGE_TAG] === undefined ? [] : [seen];
          }),
      });
    },
    describe: (id) =>
      caller.read({
        name: `describe ${shortName(id)}`,
        side: { store: "describe" },
        carryOut: (age) => {
          const secret = store.byId(id);
          if (secret !== undefined) knowledge.set(secret.arn, world.now() - age);
          return secret && store.seen(secret, age)?.description;
        },
      }),
    versions: (id) =>
      caller.read({
        name: `list versions of ${shortName(id)}`,
        side: { store: "versions" },
        carryOut: (age) => {
          const secret = store.byId(id);
          return (secret && store.seen(secret, age)?.versionIds) ?? [];
        },
      }),
    ensure: (name, tags) =>
      caller.write({
        name: `ensure ${shortName(name)}`,
        side: { store: "ensure" },
        carryOut: () => {
          const found = store.byName(name);
          if (found?.deletionDate !== undefined)
            throw refusedByStore("ensure", "refused", "ERR_SECRET_INVALID");
          return (found ?? store.create(name, tags)).arn;
        },
      }),
    record: (id, tags, conditions) =>
      caller.write({
        name: `tag ${shortName(id)} ${tags[ROTATION_TAG] ?? ""}`,
        side: { store: "record" },
        gate: conditions?.gate,
        carryOut: () => {
          noteExisting(tags);
          for (const kind of ["project", "group"] as const) isLeaked(world, kind);
          const secret = existing(id, "record");
          noteLeak(secret, tags);
          noteOverwritten(world, secret, { tags, knowledge });
          store.setTags(secret, tags);
        },
      }),
    put: (id, { versionId, value, gate }) =>
      caller.write({
        name: `put ${versionId} into ${shortName(id)}`,
        side: { store: "put" },
        gate,
        carryOut: () => {
          const secret = existing(id, "put");
          checkPut(world, secret, { value: value.reveal(), choice, knowledge });
          if (!store.put(secret, versionId, value.reveal()))
            throw refusedByStore("put", "refused", "ERR_SECRET_INVALID");
        },
      }),
  };
};

const shortName = (id: string): string => id.replace(/^arn:.*:secret:/, "").replace(/-\d+$/, "");
