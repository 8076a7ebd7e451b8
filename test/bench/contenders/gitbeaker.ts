/** As one writes it with gitbeaker: the group's projects, then each one's deploy tokens, eight at a time. */
import { DeployTokens, Groups } from "@gitbeaker/rest";

const { GITLAB_BASE_URL = "", GITLAB_TOKEN = "" } = process.env;
const [, , limiter = "default", expected = "0"] = process.argv;
const AT_ONCE = 8;

const options = {
  host: GITLAB_BASE_URL,
  token: GITLAB_TOKEN,
  // Its own default is 3,000 a minute.
  ...(limiter === "raised" ? { rateLimits: { "**": 1_000_000 } } : {}),
};
const projects = await new Groups(options).allProjects("estate", {
  includeSubgroups: true,
  withShared: false,
  perPage: 100,
  simple: true,
});
const tokens = new DeployTokens(options);
let found = 0;
const queue = projects.values();
const loop = async (): Promise<void> => {
  for (const { id } of queue) {
    const own = await tokens.all({ projectId: id, perPage: 100 });
    found += own.length;
  }
};
await Promise.all(Array.from({ length: AT_ONCE }, loop));
if (found !== Number(expected)) throw new Error(`${found} deploy tokens, expected ${expected}`);
