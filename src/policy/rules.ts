import { type Finding, quote } from "./document-path.ts";
import { instanceOf, normaliseUrl } from "./gitlab-url.ts";
import type { Rule } from "./rule.ts";
import { engineRules } from "./rules-engine.ts";
import { notifyRules } from "./rules-notify.ts";
import { renewalRules } from "./rules-renewal.ts";
import { secretRules } from "./rules-secrets.ts";
import { storeRules } from "./rules-store.ts";
import { tokenRules } from "./rules-tokens.ts";
import type { WrittenPolicy } from "./schema.ts";
import { checkInstance, checkUrl, URL_EXPECTED } from "./text-checks.ts";
import { type Soundness, standingEntries, writtenTargets } from "./written-entries.ts";

const namesSomething: Rule = ({ written, stands }) =>
  stands(["projects"]) && stands(["groups"]) && !written.projects?.length && !written.groups?.length
    ? [
        {
          path: [],
          message: "names no project and no group, expected at least one: there is nothing to rotate",
        },
      ]
    : [];

const urlIsGiven: Rule = ({ written, baseUrl, stands }) => {
  const path = ["gitlab", "url"];
  if (baseUrl !== undefined) {
    const problem = checkUrl(baseUrl);
    return problem === undefined ? [] : [{ path, message: `GITLAB_BASE_URL is wrong, expected ${problem}` }];
  }
  if (!stands(path) || written.gitlab?.url) return [];
  return [{ path, message: `missing, expected ${URL_EXPECTED}, or GITLAB_BASE_URL in the environment` }];
};

const instanceFitsTag: Rule = ({ written, baseUrl, isSound }) => {
  const url = baseUrl ?? written.gitlab?.url;
  if (!isSound(["gitlab"]) || !url || checkUrl(url) !== undefined || written.gitlab?.instance) return [];
  const instance = instanceOf(normaliseUrl(url));
  const problem = checkInstance(instance);
  if (problem === undefined) return [];
  return [
    {
      path: ["gitlab", "instance"],
      message: `missing, and ${quote(instance)} from the URL does not do, expected ${problem}`,
    },
  ];
};

const RULES: readonly Rule[] = [
  namesSomething,
  urlIsGiven,
  instanceFitsTag,
  ...storeRules,
  ...tokenRules,
  ...renewalRules,
  ...secretRules,
  ...notifyRules,
  ...engineRules,
];

export const ruleFindings = (
  written: WrittenPolicy,
  soundness: Soundness,
  baseUrl: string | undefined,
): readonly Finding[] => {
  if (!soundness.stands([])) return [];
  const targets = writtenTargets(written, soundness);
  const standing = standingEntries(written, soundness);
  const entries = standing.filter(({ path }) => soundness.isSound(path));
  return RULES.flatMap((rule) => rule({ written, baseUrl, targets, standing, entries, ...soundness }));
};
