import type { Loaded } from "./command.ts";
import type { Logger } from "./logger.ts";
import type { AuditFinding } from "./model/audit.ts";
import type { Program } from "./program.ts";

/** What expires soon and is covered by no policy. An audit that fails is only told in the log: the pass went well. */
export const findingsFor = async (
  program: Program,
  loaded: Loaded,
  logger: Logger | undefined,
): Promise<readonly AuditFinding[] | undefined> => {
  try {
    const { lookForFindings } = await import("./audit-look.ts");
    const { findings, warnings } = await lookForFindings(program, loaded);
    for (const warning of warnings) logger?.debug("audit warning", { detail: warning });
    return findings;
  } catch (error) {
    logger?.warn("no audit for the digest", { error });
    return undefined;
  }
};
