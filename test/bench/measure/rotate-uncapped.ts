/** A pass of `apply` with nothing that paces the writes to AWS on our side, which no policy can ask for. */

import { load } from "../../../src/command.ts";
import { createGitLab } from "../../../src/gitlab/gitlab.ts";
import { reconcile } from "../../../src/reconcile.ts";
import { createAwsStore } from "../../../src/store/aws.ts";
import { ownProgram } from "./own-program.ts";

const NO_LIMIT = 1_000_000;

const { clock, env, random, ...program } = ownProgram();
const { policy, settings } = load({ ...program, clock, env, random }, { policy: process.argv[2] ?? "" });
const gitlab = createGitLab({
  url: policy.gitlab.url,
  token: settings.gitlabToken(),
  clock,
  requestsPerSecond: policy.limits.gitlabRequestsPerSecond,
  concurrency: policy.limits.concurrency,
});
const store = await createAwsStore({ clock, proxyEnv: env, writesPerSecond: NO_LIMIT });
const ports = { gitlab, store, clock, safety: policy.safety, random };
const { summary } = await reconcile({ policy, ports, mode: "apply" });
await gitlab.close();
store.close();
process.stdout.write(`${summary.rotate} rotated, ${summary.failed} failed`);
