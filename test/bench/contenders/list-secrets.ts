/** ListSecrets to its end through the SDK, and nothing else. */
import { ListSecretsCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";

const client = new SecretsManagerClient({});
let token: string | undefined;
let found = 0;
do {
  const { SecretList = [], NextToken } = await client.send(
    new ListSecretsCommand({
      Filters: [{ Key: "tag-key", Values: ["deploy-token-rotator:lineage"] }],
      IncludePlannedDeletion: true,
      MaxResults: 100,
      NextToken: token,
    }),
  );
  found += SecretList.length;
  token = NextToken;
} while (token !== undefined);
client.destroy();
if (found !== Number(process.argv[2])) throw new Error(`${found} secrets, expected ${process.argv[2]}`);
