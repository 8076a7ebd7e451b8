import { createHash } from "node:crypto";
import type { AuditFinding } from "../model/audit.ts";

/**
 * The same for as long as the finding lasts, whatever the time and wherever the policy's lines move to. The path is not in
 * it: projects move, their ids stay.
 */
export const fingerprint = (instance: string, finding: AuditFinding): string => {
  const { code, kind, targetId, token, tokenId, secret } = finding;
  const parts = [code, instance, kind ?? null, targetId ?? null, token, tokenId ?? null, secret];
  return createHash("sha256").update(JSON.stringify(parts), "utf8").digest("hex");
};
