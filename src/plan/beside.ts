import { LINEAGE_TAG } from "../model/names.ts";
import type { Action, Reason } from "../model/report.ts";
import type { Account } from "./account.ts";
import type { Lineage, Observed } from "./lineage.ts";
import type { Subject } from "./subject.ts";
import { minutes } from "./words.ts";

export const report = (reason: Reason, message: string, more: Partial<Action> = {}): Action => ({
  action: "report",
  reason,
  message,
  ...more,
});

interface Beside {
  readonly lineage: Lineage;
  readonly observed: Observed;
}

/** What is said beside what becomes of the lineage. */
export const sayBeside = ({ lineage, observed }: Beside, account: Account, subject: Subject): Action[] => {
  const reports: Action[] = [];
  const { secret } = observed;
  if (secret.status === "found" && account.owner === "us" && secret.description.name !== lineage.secretName)
    reports.push(
      report(
        "SecretRenamed",
        `the policy says ${lineage.secretName}, but consumers read ${secret.description.name}, where rotation goes on; to move, set \`existing: replace\` and remove the tag ${LINEAGE_TAG} from ${secret.description.name}: the next pass then stores a new token in ${lineage.secretName}, and the old value works until it expires`,
      ),
    );
  if (subject.kind === "overwritten")
    reports.push(
      report(
        "ForeignSecret",
        `somebody stored another value over token ${subject.token.id}, which consumers read now; it is replaced when that token is due`,
      ),
    );
  if (account.tagsStripped)
    reports.push(report("TagsRestored", "our tags were removed from the secret; apply puts them back"));
  if (subject.kind === "current")
    for (const token of account.byHand)
      reports.push(
        report(
          "Unrecognised",
          `token ${token.id} bears this name, but the secret has never held it; delete it in GitLab if nobody uses it (username ${token.username}${token.expiresAt ? `, expires ${minutes(token.expiresAt)}` : ", never expires"})`,
          { tokenId: token.id },
        ),
      );
  return reports;
};
