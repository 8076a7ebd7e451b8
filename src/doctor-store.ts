import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { type Sweep, sweepSecrets } from "./apply/sweep.ts";
import { asked } from "./asked.ts";
import type { Connection, ConnectionInput } from "./connect.ts";
import { callerIdentity } from "./doctor-identity.ts";
import type { DoctorCheck } from "./model/doctor.ts";
import { SecretStoreError } from "./model/errors.ts";
import { fail, notTried } from "./plan/doctor-check.ts";
import { type FolderFacts, judgeFolder, judgeIdentity, judgeRights } from "./plan/doctor-store.ts";
import { renderSecretName, usesPlaceholder } from "./policy/template.ts";
import type { Program } from "./program.ts";
import { checkFolder } from "./store/file-folder.ts";

export interface StoreLook {
  readonly checks: readonly DoctorCheck[];
  /** Absent where the secrets could not be read at all. */
  readonly sweep: Sweep | undefined;
}

/** What reading alone tells of the store; nothing is written. */
export const lookAtStore = async (
  program: Program,
  { policy, policyFile }: ConnectionInput,
  { ports }: Connection,
): Promise<StoreLook> => {
  const { store } = policy;
  const swept = sweepSecrets(ports, policy.gitlab.instance).then(
    (sweep) => ({ sweep, error: undefined }),
    (error: unknown) => ({ sweep: undefined, error }),
  );
  if (store.type === "file") {
    const { sweep, error } = await swept;
    const facts = await lookAtFolder(resolve(dirname(policyFile), store.path));
    const why = facts.problem ?? (error instanceof Error ? error.message : undefined);
    return {
      sweep,
      checks: [judgeFolder({ ...facts, problem: why ?? sweep?.incompleteBecause })],
    };
  }
  const caller = asked(callerIdentity(program, store.region));
  const { sweep, error } = await swept;
  const list = error ?? problemOf(sweep);
  const identity = judgeIdentity(await caller, sweep !== undefined);
  // Whoever is refused as a person is not asked about single rights.
  if (error instanceof SecretStoreError && error.code === "ERR_SECRET_CREDENTIALS") {
    const rights =
      identity.result === "fail" ? notTried("aws-rights", "aws-identity") : fail("aws-rights", error.message);
    return { sweep, checks: [identity, rights] };
  }
  const { name, guessed } = probeName(policy, sweep);
  const [describe, versions] = await Promise.all([
    refusalOf(() => ports.store.describe(name)),
    refusalOf(() => ports.store.versions(name)),
  ]);
  const rights = judgeRights({ list, describe, versions, guessed, kmsKeyId: store.kmsKeyId });
  return { sweep, checks: [identity, ...rights] };
};

const problemOf = (sweep: Sweep | undefined): unknown =>
  sweep?.incompleteBecause === undefined
    ? undefined
    : new SecretStoreError(sweep.incompleteBecause, {
        code: "ERR_SECRET_ACCESS_DENIED",
        step: "list",
        outcome: "refused",
      });

/** One of the policy's own where one is known without GitLab; else one that surely does not exist. Either proves the right to look. */
const probeName = (
  { projects, groups }: ConnectionInput["policy"],
  sweep: Sweep | undefined,
): { readonly name: string; readonly guessed: boolean } => {
  const declared = projects.flatMap(({ target: { kind, idOrPath }, tokens }) =>
    tokens.flatMap((entry) =>
      entry.kind === "declared" && typeof idOrPath === "string" && !usesPlaceholder(entry.secret, "id")
        ? renderSecretName(entry.secret, { kind, path: idOrPath, id: "", name: entry.name })
        : [],
    ),
  );
  const known = [...(sweep?.secrets ?? [])][0]?.arn ?? declared[0];
  if (known !== undefined) return { name: known, guessed: false };
  const templates = groups.flatMap(({ tokens, projects: below }) => [...tokens, ...(below?.tokens ?? [])]);
  const fixed = /^[^{]*\//.exec(templates[0]?.secret ?? "")?.[0] ?? "gitlab/";
  return { name: `${fixed}deploy-token-rotator-doctor/${randomUUID()}`, guessed: true };
};

const refusalOf = async (ask: () => Promise<unknown>): Promise<unknown> => {
  try {
    await ask();
    return undefined;
  } catch (error) {
    const missing = error instanceof SecretStoreError && error.code === "ERR_SECRET_NOT_FOUND";
    return missing ? undefined : error;
  }
};

const lookAtFolder = async (folder: string): Promise<FolderFacts> => {
  try {
    const exists = await checkFolder(folder, { step: "list" });
    const place = exists ? folder : await firstAbove(folder);
    const may = await mayWrite(place);
    if (may) return { folder, exists, problem: undefined };
    const problem = `The folder ${place} cannot be written to${exists ? "" : `, so ${folder} cannot be made`}.`;
    return { folder, exists, problem, fix: "Give this process's user the right to write there." };
  } catch (error) {
    return { folder, exists: true, problem: error instanceof Error ? error.message : String(error) };
  }
};

const firstAbove = async (folder: string): Promise<string> => {
  const above = dirname(folder);
  const there = await access(above).then(
    () => true,
    () => false,
  );
  return there || above === folder ? above : firstAbove(above);
};

const mayWrite = (folder: string): Promise<boolean> =>
  access(folder, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
