import { type DocumentPath, type Finding, formatPath, quote } from "./document-path.ts";
import { nearest } from "./nearest.ts";
import type { Rule } from "./rule.ts";
import { tokenKeys, type WrittenToken } from "./schema-tokens.ts";
import type { WrittenEntry } from "./written-entries.ts";

/** Whether one of the keys may be there under a name that is told as mistyped. */
const isMistyped = (token: WrittenToken, keys: readonly string[]): boolean => {
  const known: readonly string[] = tokenKeys;
  return Object.keys(token).some((key) => !known.includes(key) && keys.includes(nearest(key, known) ?? ""));
};

const eitherNameOrMatch: Rule = ({ standing, stands }) =>
  standing.flatMap(({ path, token }): readonly Finding[] => {
    const { name, match } = token;
    if (!stands([...path, "name"]) || !stands([...path, "match"])) return [];
    if (isMistyped(token, ["name", "match"])) return [];
    if (name && match)
      return [{ path: [...path, "match"], message: "found name and match, expected one of them", at: "key" }];
    if (name || match) return [];
    return [{ path, message: "found neither name nor match, expected one of them" }];
  });

const scopesGoWithName: Rule = ({ standing, stands }) =>
  standing.flatMap(({ path, token }): readonly Finding[] => {
    const { name, match, scopes } = token;
    const at = [...path, "scopes"];
    if (![at, [...path, "name"], [...path, "match"]].every(stands)) return [];
    if (isMistyped(token, ["name", "match", "scopes"])) return [];
    if (match && !name && scopes) {
      return [
        { path: at, message: "not allowed beside match: a token keeps the scopes that it has", at: "key" },
      ];
    }
    if (name && !match && !scopes) {
      return [{ path: at, message: "missing, expected a list of scopes such as [read_registry]" }];
    }
    return [];
  });

/** The second of each pair that shares a key, with the first. */
const repeated = <Item>(items: readonly Item[], keyOf: (item: Item) => string) => {
  const seen = new Map<string, Item>();
  return items.flatMap((item) => {
    const key = keyOf(item);
    const first = seen.get(key);
    if (first === undefined) seen.set(key, item);
    return first === undefined ? [] : [{ item, first }];
  });
};

const scopesDiffer: Rule = ({ entries }) =>
  entries.flatMap(({ path, token }) => {
    const scopes = (token.scopes ?? []).map((scope, index) => ({ scope, path: [...path, "scopes", index] }));
    return repeated(scopes, ({ scope }) => scope).map(({ item }) => ({
      path: item.path,
      message: `${item.scope} stands here a second time`,
    }));
  });

const sameAs = (first: DocumentPath): string => `is ${formatPath(first)} already`;

const tokensDiffer: Rule = ({ entries }) => {
  const key = ({ list, token }: WrittenEntry): string =>
    `${formatPath(list)} ${token.name ? `name ${token.name}` : `match ${token.match}`}`;
  const clear = entries.filter(({ token }) => Boolean(token.name) !== Boolean(token.match));
  return repeated(clear, key).map(({ item: { path, token }, first }) => ({
    path: [...path, token.name ? "name" : "match"],
    message: `${quote(token.name ?? token.match ?? "")} ${sameAs(first.path)}: remove one of them`,
  }));
};

const targetsDiffer: Rule = ({ targets }) => {
  const known = targets.flatMap(({ path, target }) => (target === undefined ? [] : [{ path, target }]));
  const key = ({ target }: (typeof known)[number]): string =>
    `${target.kind} ${target.idOrPath}`.toLowerCase();
  return repeated(known, key).map(({ item: { path, target }, first }) => ({
    path: [...path, "path"],
    message: `the ${target.kind} ${target.idOrPath} ${sameAs(first.path)}: put its tokens into one list`,
  }));
};

const groupsHaveTokens: Rule = ({ written, targets, stands }) =>
  targets.flatMap(({ path: [section, index = 0], path }): readonly Finding[] => {
    const group = section === "groups" ? written.groups?.[Number(index)] : undefined;
    if (group === undefined || group.tokens || group.projects) return [];
    if (!stands([...path, "tokens"]) || !stands([...path, "projects"])) return [];
    return [{ path, message: "found neither tokens nor projects, expected one of them or both" }];
  });

export const tokenRules: readonly Rule[] = [
  eitherNameOrMatch,
  scopesGoWithName,
  scopesDiffer,
  tokensDiffer,
  targetsDiffer,
  groupsHaveTokens,
];
