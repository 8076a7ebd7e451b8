import { LINEAGE_TAG, MANAGED_BY_TAG } from "../model/names.ts";
import { type Finding, quote } from "./document-path.ts";
import type { Rule } from "./rule.ts";

const KEYS_OF = { "aws-secrets-manager": ["region", "kms_key_id"], file: ["path"] } as const;

const keysBelongToType: Rule = ({ written: { store }, stands }) => {
  if (!stands(["store"]) || !stands(["store", "type"])) return [];
  const other = store.type === "file" ? "aws-secrets-manager" : "file";
  return KEYS_OF[other]
    .filter((key) => store[key] !== undefined && store[key] !== null)
    .map((key) => ({
      path: ["store", key],
      message: `a key of the type ${other}, but this store's type is ${store.type}: remove one or the other`,
      at: "key",
    }));
};

const fileHasPath: Rule = ({ written: { store }, stands }) =>
  stands(["store"]) &&
  stands(["store", "type"]) &&
  store.type === "file" &&
  (store.path ?? undefined) === undefined
    ? [{ path: ["store", "path"], message: "missing, expected a folder such as ./secrets" }]
    : [];

// Secrets Manager allows 50 tags; ours are three, and some are left for people.
const MAX_TAGS = 40;
const ALLOWED = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const OURS = LINEAGE_TAG.slice(0, LINEAGE_TAG.indexOf(":") + 1);

const tagsAreTags: Rule = ({ written: { store }, stands }) => {
  const path = ["store", "tags"];
  if (!stands(path)) return [];
  const tags = Object.entries(store?.tags ?? {});
  const findings = tags.flatMap(([key, value]) =>
    tagFindings(key, stands([...path, key]) ? (value ?? "") : ""),
  );
  if (tags.length <= MAX_TAGS) return findings;
  return [
    ...findings,
    { path, message: `found ${tags.length} tags, expected at most ${MAX_TAGS}`, at: "key" },
  ];
};

const tagFindings = (key: string, value: string): readonly Finding[] => {
  const path = ["store", "tags", key];
  const keyProblem = tagKeyProblem(key);
  const findings: Finding[] = keyProblem === undefined ? [] : [{ path, message: keyProblem, at: "key" }];
  if (value.length > 256 || !ALLOWED.test(value)) {
    findings.push({
      path,
      message: `found ${quote(value)}, expected at most 256 letters, digits, spaces and _ . : / = + - @`,
    });
  }
  return findings;
};

const tagKeyProblem = (key: string): string | undefined => {
  if (/^aws:/i.test(key)) return "a tag that begins with aws:, which AWS keeps for itself";
  if (key === MANAGED_BY_TAG || key.startsWith(OURS)) return "a tag that the program sets itself: remove it";
  if (key.length > 0 && key.length <= 128 && ALLOWED.test(key)) return undefined;
  return "a tag's key, expected 1 to 128 letters, digits, spaces and _ . : / = + - @";
};

export const storeRules: readonly Rule[] = [keysBelongToType, fileHasPath, tagsAreTags];
