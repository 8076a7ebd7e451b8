import { DAY } from "../../src/model/duration.ts";
import { encodeLineageTag } from "../../src/model/lineage-tag.ts";
import { LINEAGE_TAG, ROTATION_TAG } from "../../src/model/names.ts";
import { decodeRecord } from "../../src/model/record.ts";
import type { Edit, Kind } from "./events.ts";
import { isValueOf } from "./invariants.ts";
import { TOKEN_NAME } from "./policy-choice.ts";
import type { WorldToken } from "./world/gitlab-world.ts";
import { currentOf, type WorldSecret } from "./world/store-world.ts";
import type { World } from "./world/world.ts";

const tagOf = (world: World, kind: Kind): string =>
  encodeLineageTag("gitlab.example.com", world.target(kind), TOKEN_NAME);

export const secretsOf = (world: World, kind: Kind): WorldSecret[] => {
  const tag = tagOf(world, kind);
  return world.store.secrets().filter(({ tags }) => tags[LINEAGE_TAG] === tag);
};

const chosenToken = (
  world: World,
  kind: Kind,
  which: "current" | "oldest" | "newest",
): WorldToken | undefined => {
  const tokens = world.gitlab.tokens(world.target(kind));
  const current = secretsOf(world, kind).flatMap((secret) => currentOf(secret) ?? [])[0];
  if (which === "current") return tokens.find((token) => isValueOf(current?.value, token));
  return which === "oldest" ? tokens[0] : tokens.at(-1);
};

/** Where a copy bears our tags on, they were moved to it, with a record of what it does not hold. */
const takenFromUs = (world: World, kind: Kind): void => {
  world.strippedTags = true;
  if (secretsOf(world, kind).length > 0) world.movedTags = true;
};

let foreignValues = 0;

const editSecret = (world: World, secret: WorldSecret, edit: Extract<Edit, { of: Kind }>): void => {
  const { store } = world;
  // What processes under way have read of a leak outlives what a person does to its record.
  if (decodeRecord(secret.tags[ROTATION_TAG] ?? "")?.leaked === true)
    world.leakedAt.set(edit.of, world.now());
  switch (edit.edit) {
    case "put":
      foreignValues += 1;
      store.put(
        secret,
        `11111111-1111-1111-1111-${String(foreignValues).padStart(12, "0")}`,
        "a person's value",
      );
      break;
    case "move-current": {
      const version = secret.versions.at(-1 - (edit.to % Math.max(1, secret.versions.length)));
      if (version === undefined || version === currentOf(secret)) return;
      store.moveCurrent(secret, version);
      break;
    }
    case "strip-tags":
      store.dropTags(secret);
      takenFromUs(world, edit.of);
      break;
    case "give-away":
      store.setTags(secret, { [LINEAGE_TAG]: tagOf(world, edit.of === "project" ? "group" : "project") });
      takenFromUs(world, edit.of);
      break;
    case "schedule-deletion":
      store.setDeletion(secret, world.now() + 30 * DAY);
      break;
    case "restore-secret":
      store.setDeletion(secret, undefined);
      break;
    case "duplicate":
      store.create(`copy-${world.store.secrets().length}`, secret.tags);
      break;
    case "replica-stuck":
    case "replica-follows":
      store.setReplicaStuck(secret, edit.edit === "replica-stuck");
      break;
    default:
      return;
  }
  world.touchedByPeople.set(secret.arn, world.now());
};

/** Does what a person would do in the two consoles; nothing where there is nothing to do it to. */
export const carryOutEdit = (world: World, edit: Edit): void => {
  const { gitlab, journal } = world;
  journal.note(`a person: ${JSON.stringify(edit)}`);
  switch (edit.edit) {
    case "revoke":
    case "remove": {
      const token = chosenToken(world, edit.of, edit.which);
      if (token === undefined) return;
      world.touchedByPeople.set(`tokens of ${edit.of}`, world.now());
      if (edit.edit === "revoke") gitlab.revoke(token.id);
      else gitlab.remove(token.id);
      return;
    }
    case "create":
      gitlab.create(
        world.target(edit.of),
        {
          name: TOKEN_NAME,
          username: "someone",
          scopes: ["read_registry"],
          // Never a whole second, so that it is no record's by chance.
          expiresAt:
            edit.days === "never"
              ? undefined
              : new Date(Math.floor((world.now() + edit.days * DAY) / 1000) * 1000 + 500),
        },
        "person",
      );
      return;
    case "move-project":
      world.moveProject(edit.path);
      return;
    case "back-up":
      gitlab.backUp();
      return;
    case "restore-gitlab":
      if (!gitlab.restore()) return;
      for (const value of world.deletedByUs) {
        const back = gitlab.byValue(value);
        if (back === undefined) continue;
        world.deletedByUs.delete(value);
        // The record that would tell it from a person's may be another's by now.
        world.coincidences.add(back.expiresAt?.getTime() ?? 0);
      }
      // What had leaked and was deleted is back: nobody but people knows.
      world.leakedTokens.clear();
      return;
    default:
      for (const secret of secretsOf(world, edit.of).slice(0, 1)) editSecret(world, secret, edit);
  }
};
