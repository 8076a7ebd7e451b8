import { HOUR, MINUTE } from "../../src/model/duration.ts";
import { ROTATION_TAG } from "../../src/model/names.ts";
import { decodeRecord } from "../../src/model/record.ts";
import type { LineageReport } from "../../src/model/report.ts";
import { decodeVersionId } from "../../src/model/version-id.ts";
import type { Kind } from "./events.ts";
import { isValueOf } from "./invariants.ts";
import { secretsOf } from "./people.ts";
import { CALM_PASS, calm, type Stage, wait } from "./play.ts";
import { overlapOf, SAFETY, TOKEN_NAME } from "./policy-choice.ts";
import type { WorldToken } from "./world/gitlab-world.ts";
import { currentOf } from "./world/store-world.ts";

const PASSES = 3;

/** What only people get out of, and the program says so: whoever brought it about knows. */
const FOR_PEOPLE = new Set([
  "Ambiguous",
  "DuplicateSecret",
  "ForeignSecret",
  "SecretNameCollision",
  "SecretPendingDeletion",
  "Removed",
  "Existing",
  "NeverExpires",
  "Leaked",
]);

const mainOf = (lineage: LineageReport | undefined) =>
  lineage?.actions.find(({ action }) => action !== "delete");

const checkLineage = (stage: Stage, kind: Kind): void => {
  const { world, reports } = stage.played;
  const { journal, gitlab, now } = world;
  const lineage = reports.at(-1)?.lineages.find((one) => one.kind === kind && one.token === TOKEN_NAME);
  const main = mainOf(lineage);
  if (lineage === undefined || main === undefined) {
    if (stage.daemons[0]?.choice.kind === "declared")
      journal.violated(4, `the ${kind}'s token is not looked after`);
    return;
  }
  if (lineage.actions.some(({ action, reason }) => action === "report" && FOR_PEOPLE.has(reason))) return;
  if (main.action !== "keep") {
    journal.violated(4, `the ${kind}'s token is still not healthy: ${main.action} ${main.reason}`);
    return;
  }
  const [givenUp, kept] = [true, false].map((isGivenUp) =>
    secretsOf(world, kind).filter(({ deletionDate }) => (deletionDate !== undefined) === isGivenUp),
  );
  const text = kept?.map((secret) => currentOf(secret)?.value)[0];
  // What a secret that is to be deleted still names, or its record, stays, in case somebody restores it; and what another lineage's
  // names, as after a restored backup of GitLab, which gives the same ids once more.
  const others = secretsOf(world, kind === "project" ? "group" : "project").flatMap(
    ({ versions }) => versions,
  );
  const isHeld = (token: WorldToken): boolean =>
    others.some(({ id }) => decodeVersionId(id)?.tokenId === token.id) ||
    givenUp?.some(
      ({ versions, tags }) =>
        versions.some(({ value }) => isValueOf(value, token)) ||
        decodeRecord(tags[ROTATION_TAG] ?? "")?.expires.getTime() === token.expiresAt?.getTime(),
    ) === true;
  const tokens = gitlab
    .tokens(world.target(kind))
    .filter(
      ({ revoked, expiresAt }) => !revoked && (expiresAt === undefined || expiresAt.getTime() >= now()),
    );
  // A record that was overwritten or taken off has been forgotten; whoever asked for the rotation was told that it failed.
  const forgotten = world.touchedByPeople.size > 0 || world.strippedTags || world.overlookedRecords.size > 0;
  for (const leaked of forgotten ? [] : world.leakedTokens)
    if (tokens.some(({ value }) => value === leaked.value))
      journal.violated(4, `token ${leaked.id} of the ${kind} has leaked and lives on`);
  const current = tokens.find((token) => isValueOf(text, token));
  const version = kept?.map(currentOf)[0];
  if (current === undefined && version?.id.startsWith("deploy-token-"))
    journal.violated(4, `the ${kind}'s secret holds no live token`);
  const record = decodeRecord(kept?.[0]?.tags[ROTATION_TAG] ?? "");
  // A known limit: a token whose record was overwritten looks like a person's.
  const isExcused = ({ id, expiresAt }: WorldToken): boolean =>
    world.strippedTags ||
    // A process whose reads were old took it for one made by hand: it waits until it expires, and the status says so.
    record?.existing.includes(id) === true ||
    world.coincidences.has(expiresAt?.getTime() ?? 0) ||
    (world.overlookedRecords.has(expiresAt?.getTime() ?? 0) &&
      expiresAt?.getTime() !== record?.expires.getTime());
  for (const token of tokens)
    if (token !== current && token.maker === "program" && !isHeld(token) && !isExcused(token))
      journal.violated(4, `token ${token.id} of the ${kind} is left over`);
  if (current === undefined && tokens.length === 0) journal.violated(4, `the ${kind} has no live token`);
};

/** Promise 4: with the faults gone, three passes and the overlap put everything right. */
export const checkConvergence = async (stage: Stage): Promise<void> => {
  calm(stage);
  const { world } = stage.played;
  world.journal.note("from here on nothing goes wrong");
  for (const secret of world.store.secrets()) world.store.setReplicaStuck(secret, false);
  const choice = stage.daemons[0]?.choice;
  if (choice === undefined) return;
  for (let pass = 0; pass < PASSES; pass += 1) {
    await stage.play(wait(SAFETY.strayAfter + MINUTE));
    await stage.play({ passes: [CALM_PASS], beside: [] });
  }
  // Twice: a change of the policy waits for one overlap, and what it supersedes for another.
  for (let time = 0; time < 2; time += 1) {
    await stage.play(wait(overlapOf(choice) + HOUR));
    await stage.play({ passes: [CALM_PASS], beside: [] });
  }
  // What a person's token barred until it was due or dead is made good by the pass that sees it so: look once more,
  // when what it superseded has had its overlap.
  const isMending = stage.played.reports
    .at(-1)
    ?.lineages.some(({ actions }) =>
      actions.some(({ action, result }) => action === "rotate" && result === "done"),
    );
  if (isMending) {
    await stage.play(wait(overlapOf(choice) + HOUR));
    await stage.play({ passes: [CALM_PASS], beside: [] });
  }
  checkLineage(stage, "project");
  if (choice.targets !== "project") checkLineage(stage, "group");
};
