import { aCompany } from "./gitlab/company.ts";
import { startGitLab } from "./gitlab/simulator.ts";
import { startSecretsManager } from "./secrets-manager/simulator.ts";
import { startSts } from "./sts.ts";

const gitlab = await startGitLab();
const aws = await startSecretsManager();
const sts = await startSts();
const { token } = aCompany(gitlab.world);

console.log(`# GitLab with the groups platform and data, and Secrets Manager; Ctrl-C stops both
export GITLAB_BASE_URL=${gitlab.url}
export GITLAB_TOKEN=${token}
export AWS_ENDPOINT_URL_SECRETS_MANAGER=${aws.url}
export AWS_ENDPOINT_URL_STS=${sts.url}
export AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=simulated AWS_SECRET_ACCESS_KEY=simulated`);

const stop = async (): Promise<void> => {
  await gitlab.close();
  await aws.close();
  await sts.close();
};
process.once("SIGINT", stop).once("SIGTERM", stop);
