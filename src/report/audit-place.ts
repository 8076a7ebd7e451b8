import type { AuditFinding } from "../model/audit.ts";
import { safeText } from "./text.ts";

type Place = Pick<AuditFinding, "kind" | "path" | "token" | "tokenId">;

/** `project platform/api`; a token that only the list of the whole instance shows has no place. */
export const placeOf = ({ kind, path }: Pick<Place, "kind" | "path">): string =>
  kind === undefined || path === undefined ? "(unknown)" : `${kind} ${safeText(path)}`;

/** `project platform/api, token registry-pull (4711): never expires: …`, to be read on its own. */
export const fullMessage = (finding: Place & Pick<AuditFinding, "message">): string => {
  const { token, tokenId } = finding;
  const parts = [
    finding.path === undefined ? [] : [placeOf(finding)],
    token === null ? [] : [`token ${safeText(token)}`],
  ].flat();
  const id = tokenId === undefined ? "" : ` (${tokenId})`;
  return `${parts.join(", ")}${id}: ${safeText(finding.message)}`;
};
