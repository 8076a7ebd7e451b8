import type { Credential } from "../../model/deploy-token.ts";
import { failureOf, invalidAnswer } from "../failure.ts";
import type { Place } from "./place.ts";
import { encodePath, isBan, type LogIn, type LogInCall, type Outcome, rejected, untried } from "./probe.ts";

const ADVERTISEMENT = "application/x-git-upload-pack-advertisement";

export const gitUnfit = (place: Place): string | undefined =>
  place.repository === "disabled" ? `project ${place.path} has its repository switched off` : undefined;

/** As `git fetch` begins. Sound on public projects too: with a credential, git never falls back to anonymous. */
export const tryGit = async (logIn: LogIn, place: Place, credential: Credential): Promise<Outcome> => {
  const call: LogInCall = {
    route: "GET /{path}.git/info/refs",
    subject: `project ${place.path}`,
    path: `/${encodePath(place.path)}.git/info/refs?service=git-upload-pack`,
    // Answers with what it can do rather than with every branch.
    headers: { "Git-Protocol": "version=2" },
  };
  const answer = await logIn(call, credential);
  if (answer.ok) {
    if (answer.headers.get("Content-Type")?.startsWith(ADVERTISEMENT)) return { status: "accepted" };
    throw invalidAnswer({ ...call, repeat: "always" }, answer, "it is not git's");
  }
  switch (answer.status) {
    case 401:
      return rejected(`git refuses it on project ${place.path}`);
    case 403:
      if (isBan(answer)) throw failureOf({ ...call, repeat: "always" }, answer);
      return untried(
        `git lets it in and forbids to read project ${place.path}, as it does when access is off`,
      );
    case 404:
      return untried(`project ${place.path} has no repository`);
    default:
      throw failureOf({ ...call, repeat: "always" }, answer);
  }
};
