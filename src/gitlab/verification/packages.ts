import type { Credential } from "../../model/deploy-token.ts";
import { failureOf } from "../failure.ts";
import type { Place } from "./place.ts";
import { type LogIn, type LogInCall, type Outcome, rejected, untried } from "./probe.ts";

export const packagesUnfit = (place: Place): string | undefined => {
  if (place.packages === "disabled") return `project ${place.path} has its package registry switched off`;
  if (place.visibility === "public" || place.packages === "public") return "a public project answers anyone";
  return place.visibility === undefined
    ? `project ${place.path} does not say whether it answers anyone`
    : undefined;
};

/** As `pip` begins. Proves the value; this way in takes no notice of the username. */
export const tryPackages = async (logIn: LogIn, place: Place, credential: Credential): Promise<Outcome> => {
  const call: LogInCall = {
    route: "GET /projects/{id}/packages/pypi/simple",
    subject: `project ${place.path}`,
    path: `/api/v4/projects/${place.id}/packages/pypi/simple`,
  };
  const answer = await logIn(call, credential);
  if (answer.ok) return { status: "accepted" };
  switch (answer.status) {
    case 401:
      return rejected(`the package registry of project ${place.path} refuses it`);
    case 403:
    case 404:
      return untried(
        `the package registry of project ${place.path} answers ${answer.status}, as it does when it is off`,
      );
    default:
      throw failureOf({ ...call, repeat: "always" }, answer);
  }
};
