import type { Overview } from "../../model/overview.ts";
import type { LineageStatus } from "../../model/status.ts";
import { wellFormed } from "../../model/words.ts";

const REGION = /^[a-z]{2,5}(?:-[a-z]+)+-\d{1,2}$/;

/** GitLab's page of the target's deploy tokens; absent where the target is not known to GitLab. */
export const gitlabLink = (
  { gitlabUrl }: Pick<Overview, "gitlabUrl">,
  { kind, path, targetId }: Pick<LineageStatus, "kind" | "path" | "targetId">,
): string | undefined => {
  if (targetId === undefined || !/^https?:\/\//i.test(gitlabUrl)) return undefined;
  // Two dots would lead elsewhere below GitLab; no path has them.
  const segments = wellFormed(path).split("/");
  if (segments.some((segment) => /^\.{0,2}$/.test(segment))) return undefined;
  const encoded = segments.map(encodeURIComponent).join("/");
  return `${gitlabUrl}/${kind === "group" ? "groups/" : ""}${encoded}/-/settings/repository#js-deploy-tokens`;
};

const consoleOf = (region: string): string => {
  if (region.startsWith("cn-")) return `https://${region}.console.amazonaws.cn`;
  if (region.startsWith("us-gov-")) return `https://${region}.console.amazonaws-us-gov.com`;
  return `https://${region}.console.aws.amazon.com`;
};

/** The AWS console's page of the secret; absent for the file store. */
export const secretLink = (
  { awsRegion: region }: Pick<Overview, "awsRegion">,
  secret: string | null,
): string | undefined =>
  secret === null || region === undefined || !REGION.test(region)
    ? undefined
    : `${consoleOf(region)}/secretsmanager/secret?name=${encodeURIComponent(wellFormed(secret))}&region=${region}`;
