import { type CreatedDeployToken, type DeployTokenRequest, sameScopes } from "../model/deploy-token.ts";
import { RotationError } from "../model/errors.ts";
import { decodeVersionId } from "../model/version-id.ts";
import { SKEW_TOLERANCE } from "../plan/conflicts.ts";
import type { Observation } from "./observe.ts";

/** Step 3's answer must be what was asked for, and must come from a GitLab whose clock agrees with ours. */
export const differences = (
  created: CreatedDeployToken,
  request: DeployTokenRequest,
  { at, within }: { readonly at: Date; readonly within: number },
): string[] => {
  const { token, answeredAt } = created;
  const apart = answeredAt === undefined ? 0 : Math.abs(answeredAt.getTime() - at.getTime());
  return [
    ...(token.name === request.name ? [] : ["name"]),
    ...(sameScopes(token.scopes, request.scopes) ? [] : ["scopes"]),
    ...(token.expiresAt?.getTime() === request.expiresAt.getTime() ? [] : ["expires_at"]),
    ...(apart > within + SKEW_TOLERANCE ? ["the Date of the answer"] : []),
  ];
};

/**
 * A proxy or a cache may answer the POST with an older token. That one is neither stored nor deleted; if ours was made,
 * the record finds it.
 */
export const refuseOlderToken = (
  { observed, listedIds }: Observation,
  { token }: CreatedDeployToken,
): void => {
  const { secret } = observed;
  const versions = secret.status === "found" ? secret.description.versions : [];
  const isKnown =
    listedIds.has(token.id) || versions.some(({ id }) => decodeVersionId(id)?.tokenId === token.id);
  if (isKnown)
    throw new RotationError(
      "ERR_TOKEN_DIFFERS",
      `GitLab answered the creation with token ${token.id}, which was there before; does a proxy or a cache answer in its place? Nothing was stored or deleted`,
    );
};
