import type { Clock } from "../../model/clock.ts";
import { type Credential, type DeployToken, sameScopes } from "../../model/deploy-token.ts";
import { type Duration, milliseconds, SECOND } from "../../model/duration.ts";
import { VerificationError } from "../../model/errors.ts";
import type { GitLab, Verification } from "../../model/ports.ts";
import type { Target } from "../../model/target.ts";
import { subjectOf } from "../call.ts";
import type { Rest } from "../rest.ts";
import type { Targets } from "../targets.ts";
import type { Tokens } from "../tokens.ts";
import { type Check, PROJECT_CHECKS, VIRTUAL_SCOPES } from "./checks.ts";
import { conclude, type Finding } from "./conclude.ts";
import { createPlaces, type Places } from "./places.ts";
import { createLogIn, type LogIn, type LogInOptions, type Outcome, untried } from "./probe.ts";
import { tryDependencyProxy } from "./registry.ts";

/** A fresh token may not have reached the replica that is asked. Few, as refusals count towards GitLab's ban. */
const REPLICA_WAITS: readonly Duration[] = [0.5, 1, 2, 4].map((seconds) => milliseconds(seconds * SECOND));

export interface VerificationOptions extends Omit<LogInOptions, "exchange"> {
  readonly clock: Clock;
  readonly rest: Rest;
  readonly targets: Targets;
  readonly tokens: Tokens;
}

interface Trial {
  readonly target: Target;
  readonly credential: Credential;
  readonly logIn: LogIn;
  readonly places: Places;
  readonly clock: Clock;
}

/** Verification by use: the new token must do what it is for before anybody is given it. */
export const createVerification = (
  options: VerificationOptions,
): Required<Pick<GitLab, "verifyToken" | "prepareVerification">> => {
  const { clock, rest, targets, tokens } = options;
  const logIn = createLogIn({ ...options, exchange: rest.exchange });
  const placesOf = (target: Target): Places => createPlaces(rest, targets, target);
  const verifyWith =
    (of: (target: Target) => Places): GitLab["verifyToken"] =>
    async (target, token, credential) => {
      const findings = await tryScopes(
        { target, credential, logIn, places: of(target), clock },
        token.scopes,
      );
      const verification = conclude(subjectOf(target), token.scopes, findings);
      if (!isComplete(token, verification)) await confirmRecord({ clock, tokens, target, token, credential });
      return verification;
    };
  return {
    verifyToken: verifyWith(placesOf),
    prepareVerification: (target) => {
      const places = placesOf(target);
      // Whoever verifies is told of a failure.
      places()
        [Symbol.asyncIterator]()
        .next()
        .catch(() => undefined);
      return { verifyToken: verifyWith((other) => (isSame(other, target) ? places : placesOf(other))) };
    },
  };
};

const isSame = (one: Target, other: Target): boolean => one.kind === other.kind && one.id === other.id;

const tryScopes = async (trial: Trial, scopes: readonly string[]): Promise<readonly Finding[]> => {
  const findings: Finding[] = [];
  for (const check of PROJECT_CHECKS) {
    const tried = check.scopes.filter((scope) => scopes.includes(scope));
    if (tried.length === 0) continue;
    const outcome = await tryPlaces(trial, check);
    findings.push({ scopes: tried, reading: check.reading, provesUsername: check.provesUsername, outcome });
  }
  const virtual = VIRTUAL_SCOPES.filter((scope) => scopes.includes(scope));
  if (virtual.length > 0) {
    const outcome = await tryVirtual(trial);
    findings.push({ scopes: virtual, reading: undefined, provesUsername: true, outcome });
  }
  return findings;
};

/** The first place that can tell decides. */
const tryPlaces = async (
  { target, credential, logIn, places, clock }: Trial,
  check: Check,
): Promise<Outcome> => {
  let outcome = untried(`${subjectOf(target)} has no project to try it on`);
  for await (const place of places()) {
    const reason = check.unfit(place);
    outcome =
      reason === undefined
        ? await patiently(clock, () => check.run(logIn, place, credential))
        : untried(reason);
    if (outcome.status === "accepted" || outcome.status === "rejected") return outcome;
  }
  return outcome;
};

const tryVirtual = async ({ target, credential, logIn, clock }: Trial): Promise<Outcome> =>
  target.kind === "group"
    ? patiently(clock, () => tryDependencyProxy(logIn, target.path, credential))
    : untried("virtual registries take group tokens only");

const patiently = async (clock: Clock, attempt: () => Promise<Outcome>): Promise<Outcome> => {
  let outcome = await attempt();
  for (const wait of REPLICA_WAITS) {
    if (outcome.status !== "rejected") break;
    await clock.sleep(wait);
    outcome = await attempt();
  }
  return outcome;
};

const isComplete = (token: DeployToken, { verified }: Verification): boolean =>
  token.scopes.every((scope) => verified.includes(scope));

interface Confirmation {
  readonly clock: Clock;
  readonly tokens: Tokens;
  readonly target: Target;
  readonly token: DeployToken;
  readonly credential: Credential;
}

/** Proves that GitLab keeps the token as it was asked for, though not its value. */
const confirmRecord = async ({ clock, tokens, target, token, credential }: Confirmation): Promise<void> => {
  let found = await tokens.getToken(target, token.id);
  for (const wait of REPLICA_WAITS) {
    if (found !== undefined) break;
    await clock.sleep(wait);
    found = await tokens.getToken(target, token.id);
  }
  const problem =
    found === undefined
      ? "does not show it"
      : found.revoked
        ? "shows it as revoked"
        : found.username !== credential.username
          ? "shows it with another username"
          : sameScopes(found.scopes, token.scopes)
            ? undefined
            : "shows it with other scopes";
  if (problem !== undefined)
    throw new VerificationError(
      `GitLab ${problem}: deploy token ${token.id} of ${subjectOf(target)}, just created.`,
    );
};
