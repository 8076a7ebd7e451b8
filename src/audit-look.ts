import { takeInventory } from "./apply/inventory.ts";
import type { Loaded } from "./command.ts";
import { connect } from "./connect.ts";
import type { AuditReport } from "./model/audit.ts";
import { audit } from "./plan/audit.ts";
import type { Program } from "./program.ts";
import { accessTokenWarning } from "./report/access-token.ts";

export interface AuditLook {
  /** Whether the instance's list of all tokens must, may or must not be asked for: true, absent, false. */
  readonly instance?: boolean | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Reads what an audit needs and judges it. */
export const lookForFindings = async (
  program: Program,
  loaded: Loaded,
  { instance, onProgress }: AuditLook = {},
): Promise<AuditReport> => {
  const { policy, policyFile } = loaded;
  const connection = await connect(program, loaded);
  const asked = connection.inspector.ownAccessToken().catch(() => undefined);
  try {
    const inventory = await takeInventory({
      policy,
      policyFile,
      ...connection,
      instance,
      stop: program.stop,
      onProgress,
    });
    const report = audit({ inventory, safety: policy.safety, policyFile, now: program.clock.now() });
    const ownExpiry = accessTokenWarning(await asked, report.at);
    return ownExpiry === undefined ? report : { ...report, warnings: [ownExpiry, ...report.warnings] };
  } finally {
    await connection.close();
  }
};
