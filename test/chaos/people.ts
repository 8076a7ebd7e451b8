import type { Dice } from "./dice.ts";
import { LINEAGE, type Lineage, secretName } from "./lineages.ts";
import { PROJECTS, type World } from "./world.ts";

const SECOND = 1_000;
const DAY = 86_400 * SECOND;
/** More would only make passes longer. */
const MOST_TAKEN_UP = 8;

const project = (path: string) => ({ kind: "project", path }) as const;
const later = (milliseconds: number): Date => new Date(Date.now() + milliseconds);

/** Tokens that the program has no business with. Its policy names none of them. */
export const seedPeople = ({ gitlab: { world }, aws }: World): void => {
  const add = (path: string, name: string, expiresAt: Date | null): number =>
    world.addDeployToken(project(path), { name, scopes: ["read_registry"], expiresAt }).id;
  for (const path of PROJECTS) {
    add(path, "jenkins", null);
    add(path, "argo", later(90 * DAY));
    add(path, "argo-old", later(-3 * DAY));
    add(path, "own-deploy", later(2 * SECOND));
    add(path, "own-forever", null);
  }
  for (const path of ["platform/other", "data/private"]) {
    add(path, "registry-pull", later(5 * SECOND));
    add(path, "checkout", null);
  }
  world.addDeployToken({ kind: "group", path: "platform" }, { name: "argo", scopes: ["read_registry"] });
  if (aws === undefined) return;
  // Of another policy: its secret carries a lineage tag as ours do, and names a token of its own.
  const otherId = add("platform/other", "elsewhere", later(20 * SECOND));
  const target = PROJECTS.length + 1;
  aws.world.createSecret({
    name: "other-policy/elsewhere",
    value: "somebody's",
    versionId: `deploy-token-${String(otherId).padStart(10, "0")}-20260101T000000Z-20300101T000000Z`,
    tags: {
      "managed-by": "deploy-token-rotator",
      [LINEAGE]: `gitlab.example.com projects/${target} elsewhere`,
    },
  });
  aws.world.createSecret({
    name: "other-instance/registry-pull",
    value: "somebody's",
    versionId: "deploy-token-0000000001-20260101T000000Z-20300101T000000Z",
    tags: { [LINEAGE]: "gitlab.example.org projects/1 registry-pull" },
  });
};

/** A token that a `match` takes up: due soon, as it has less than `renew_before` left or will have in some seconds. */
const makeAdoptable = (world: World, dice: Dice): string => {
  const existing = dice.pick(["duration", "expiry"] as const);
  const path = dice.pick(PROJECTS);
  const taken = world.lineages.length;
  const token = `${existing === "duration" ? "ci" : "old"}-${taken}`;
  const { gitlab, lineages } = world;
  const { id } = gitlab.world.addDeployToken(project(path), {
    name: token,
    scopes: ["read_registry"],
    expiresAt: later(dice.whole(18, 40) * SECOND),
  });
  const targetId = lineages.find((lineage) => lineage.path === path)?.targetId ?? 0;
  const lineage: Lineage = {
    secret: secretName("project", path, token),
    kind: "project",
    path,
    targetId,
    token,
    existing,
  };
  lineages.push(lineage);
  return `somebody makes token ${id} ${token} in ${path}`;
};

/** Somebody makes a token in the middle of everything. */
export const somebodyActs = (world: World, dice: Dice, hasSecret: (secret: string) => boolean): string => {
  const adoptable = world.lineages.filter(
    ({ existing, token }) => /^(ci|old)-/.test(token) && existing !== "report",
  );
  if (adoptable.length < MOST_TAKEN_UP && dice.chance(0.5)) return makeAdoptable(world, dice);
  const stored = world.lineages.filter(({ secret, kind }) => kind === "project" && hasSecret(secret));
  // Of a lineage's own name, beside its tokens: the program sees that it is not its own.
  const twin = dice.chance(0.5) && stored.length > 0 ? dice.pick(stored) : undefined;
  const path = twin?.path ?? "platform/other";
  const name = twin?.token ?? dice.pick(["registry-pull", "checkout", "jenkins"]);
  const { id } = world.gitlab.world.addDeployToken(project(path), {
    name,
    scopes: ["read_registry"],
    expiresAt: later(dice.whole(1, 90) * DAY),
  });
  return `somebody makes token ${id} ${name} in ${path}`;
};
