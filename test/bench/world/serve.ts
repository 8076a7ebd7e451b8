/** A process that is one of the two worlds. It ends when whoever started it does. */
import { type GitLabWorld, openGitLab } from "./gitlab.ts";
import { openSecretsManager, type SecretsManagerWorld } from "./secrets-manager.ts";
import { listen } from "./server.ts";

export interface WorldOptions extends GitLabWorld, SecretsManagerWorld {
  readonly latency: number;
}

const [, , kind, json = ""] = process.argv;
const options = JSON.parse(json) as WorldOptions;
process.on("disconnect", () => process.exit(0));
const port = await listen({
  latency: options.latency,
  open: () => (kind === "gitlab" ? openGitLab(options) : openSecretsManager(options)),
});
process.send?.({ port });
