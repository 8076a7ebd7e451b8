import type { Credential } from "../../model/deploy-token.ts";
import type { Answer } from "../call.ts";
import { failureOf, invalidAnswer } from "../failure.ts";
import { grantedAccess, tokenIn } from "./jwt.ts";
import type { Place } from "./place.ts";
import { denied, isBan, type LogIn, type LogInCall, type Outcome, rejected, untried } from "./probe.ts";

export const registryUnfit = (place: Place): string | undefined =>
  place.containerRegistry === "disabled"
    ? `project ${place.path} has its container registry switched off`
    : undefined;

/** As `docker pull` begins. Never `push`: that alone makes GitLab create a repository. */
export const tryRegistry = async (logIn: LogIn, place: Place, credential: Credential): Promise<Outcome> => {
  const repository = place.path.toLowerCase();
  const scope = encodeURIComponent(`repository:${repository}:pull`);
  const call: LogInCall = {
    route: "GET /jwt/auth",
    subject: `the container registry of project ${place.path}`,
    path: `/jwt/auth?service=container_registry&scope=${scope}`,
  };
  const answer = await logIn(call, credential);
  if (!answer.ok) return refusal(call, answer);
  const access = grantedAccess(answer.data);
  if (access === undefined)
    throw invalidAnswer({ ...call, repeat: "always" }, answer, "it holds no token that can be read");
  const mayPull = access.some(
    ({ type, name, actions }) =>
      type === "repository" && name.toLowerCase() === repository && actions.includes("pull"),
  );
  return mayPull ? { status: "accepted" } : denied(`it logs in, and may not pull from project ${place.path}`);
};

/** As `docker login` to the dependency proxy does: for group tokens, which need no project for it. */
export const tryDependencyProxy = async (
  logIn: LogIn,
  group: string,
  credential: Credential,
): Promise<Outcome> => {
  const call: LogInCall = {
    route: "GET /jwt/auth",
    subject: `the dependency proxy of group ${group}`,
    path: "/jwt/auth?service=dependency_proxy",
  };
  const answer = await logIn(call, credential);
  if (!answer.ok) return refusal(call, answer);
  if (tokenIn(answer.data) !== undefined) return { status: "accepted" };
  throw invalidAnswer({ ...call, repeat: "always" }, answer, "it holds no token");
};

const refusal = (call: LogInCall, answer: Answer): Outcome => {
  switch (answer.status) {
    case 401:
      return rejected(`${call.subject} refuses it`);
    case 403:
      if (isBan(answer)) throw failureOf({ ...call, repeat: "always" }, answer);
      return untried(
        `${call.subject} forbids access, which it also does when its feature is off or one scope of a pair is missing`,
      );
    case 404:
      return untried(`${call.subject} is switched off`);
    default:
      throw failureOf({ ...call, repeat: "always" }, answer);
  }
};
