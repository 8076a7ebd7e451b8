import type { Answer } from "../../http/call.ts";
import { text } from "../answers.ts";
import { ACCESS_DENIED, basicOf, logIn } from "../login.ts";
import type { Handler, Route } from "../site.ts";
import { type DeployTokenRow, type ProjectRow, projectAt, reaches } from "../state.ts";

const NOT_FOUND = text(
  404,
  "The project you were looking for could not be found or you don't have permission to view it.",
);

const challenge = (): Answer => text(401, ACCESS_DENIED, { "Www-Authenticate": 'Basic realm="GitLab"' });

const packetLine = (line: string): string => `${(line.length + 4).toString(16).padStart(4, "0")}${line}`;

const COMMIT = "7fd1a60b01f91b314f59955a4e4d4e80d8edf11d";

const advertisement = (version2: boolean): string => {
  const lines = version2
    ? ["version 2\n", "agent=git/2.50.1\n", "ls-refs=unborn\n", "fetch=shallow\n", "object-format=sha1\n"]
    : [`${COMMIT} HEAD\0multi_ack side-band-64k ofs-delta agent=git/2.50.1\n`, `${COMMIT} refs/heads/main\n`];
  return `${packetLine("# service=git-upload-pack\n")}0000${lines.map(packetLine).join("")}0000`;
};

const clone = (project: ProjectRow | undefined, version2: boolean): Answer => {
  if (!project?.repository) return NOT_FOUND;
  return text(200, advertisement(version2), {
    "Content-Type": "application/x-git-upload-pack-advertisement",
    "Cache-Control": "no-cache, max-age=0, must-revalidate",
  });
};

/** A token that is no good for this project is no token at all: never the anonymous answer. */
const admitted = (
  token: DeployTokenRow | undefined,
  project: ProjectRow | undefined,
  reach: boolean,
): boolean => token !== undefined && (project === undefined || (project.repositoryEnabled && reach));

const infoRefs: Handler = (site, call) => {
  if (call.method === "HEAD") return text(403, "");
  const service = call.query.get("service");
  const project = projectAt(site.state, call.params["path"] ?? "");
  const version2 = call.headers["git-protocol"]?.includes("version=2") ?? false;
  const basic = basicOf(call);
  if (basic === undefined) {
    const open =
      project?.visibility === "public" && project.repositoryEnabled && service === "git-upload-pack";
    return open ? clone(project, version2) : challenge();
  }
  const token = logIn(site, basic);
  const reach = token !== undefined && project !== undefined && reaches(site.state, token, project);
  if (token === undefined || !admitted(token, project, reach)) return challenge();
  if (service !== "git-upload-pack") return text(403, "You are not allowed to upload code for this project.");
  if (project === undefined) return NOT_FOUND;
  if (!token.scopes.includes("read_repository")) {
    return text(403, "You are not allowed to download code from this project.");
  }
  return clone(project, version2);
};

export const gitRoutes: readonly Route[] = [
  { method: "GET", template: "/*path.git/info/refs", handle: infoRefs },
];
