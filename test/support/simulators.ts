import { startGitLab } from "./gitlab/simulator.ts";
import { startSecretsManager } from "./secrets-manager/simulator.ts";

const gitlab = await startGitLab();
const aws = await startSecretsManager();
gitlab.world.addProject({ path: "platform/api" });
gitlab.world.addProject({ path: "platform/web" });
const { token } = gitlab.world.addPersonalAccessToken({});

console.log(`# GitLab with platform/api and platform/web, and Secrets Manager; Ctrl-C stops both
export GITLAB_BASE_URL=${gitlab.url}
export GITLAB_TOKEN=${token}
export AWS_ENDPOINT_URL_SECRETS_MANAGER=${aws.url}
export AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=simulated AWS_SECRET_ACCESS_KEY=simulated`);

process.once("SIGINT", async () => {
  await gitlab.close();
  await aws.close();
});
