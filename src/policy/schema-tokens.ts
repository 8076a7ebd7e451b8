import type { z } from "zod";
import { SCOPES } from "../model/deploy-token.ts";
import { EXISTING, FORMATS, NEVER_EXPIRES, VERIFY } from "../model/policy.ts";
import { choice, duration, durationOr, flag, list, mapping, text } from "./fields.ts";
import * as check from "./text-checks.ts";

export const settings = {
  lifetime: duration()
    .nullish()
    .meta({
      description: "How long a new token lives.",
      default: "90d",
      examples: ["90d", "52w"],
    }),
  renew_before: duration()
    .nullish()
    .meta({
      description: "How long before its expiry a token is replaced. Default: a third of lifetime.",
      examples: ["30d"],
    }),
  overlap: duration()
    .nullish()
    .meta({
      description:
        "How long the old token stays valid after the new one is stored, so that no consumer breaks.",
      default: "24h",
      examples: ["24h", "7d"],
    }),
  secret: text("the name of a secret, or a template for it", check.checkTemplate)
    .nullish()
    .meta({
      description: "The secret's name when it is created. {kind}, {path}, {name} and {id} are filled in.",
      default: "gitlab/{kind}/{path}/{name}",
      examples: ["prod/api/registry-pull", "gitlab/{kind}/{id}/{name}"],
    }),
  format: choice(FORMATS).nullish().meta({
    description: "What is stored: json is an object with username and password, plain the token alone.",
    default: "json",
  }),
  verify: choice(VERIFY).nullish().meta({
    description: "Whether a new token must log in before it is stored.",
    default: "auto",
  }),
  existing: choice(EXISTING).nullish().meta({
    description:
      "Tokens made by hand: adopt rotates one when it is due, replace in the next pass, report never.",
    default: "adopt",
  }),
  existing_overlap: durationOr("expiry")
    .nullish()
    .meta({
      description:
        "How long a token made by hand stays once it is replaced: until its expiry, or a duration.",
      default: "expiry",
      examples: ["expiry", "14d"],
    }),
  never_expires: choice(NEVER_EXPIRES).nullish().meta({
    description: "Whether a token made by hand that never expires is only reported, or rotated.",
    default: "report",
  }),
  adopt_secret: flag().nullish().meta({
    description: "Whether a secret that somebody else has filled may be taken over when its token is due.",
    default: false,
  }),
};

const PATTERN_EXPECTED = 'a glob over token names, e.g. "ci-*"';
const SCOPES_EXPECTED = "a list of scopes, at least one";

const token = mapping("with name and scopes, or with match", {
  name: text(check.NAME_EXPECTED, check.checkTokenName)
    .nullish()
    .meta({
      description: "A token that must exist: it is created when it is missing.",
      examples: ["registry-pull"],
    }),
  scopes: list(choice(SCOPES), SCOPES_EXPECTED)
    .nullish()
    .meta({
      description: "What the token may do. Only with name: what match finds keeps the scopes that it has.",
      examples: [["read_registry"], ["read_repository", "read_registry"]],
    }),
  match: text(PATTERN_EXPECTED, check.checkNameGlob)
    .nullish()
    .meta({
      description: "A glob over the names of tokens that exist; * matches any text.",
      examples: ["*", "ci-*"],
    }),
  username: text(check.USERNAME_EXPECTED, check.checkUsername).nullish().meta({
    description: "The username of new tokens. Default: the old token's own, else one made from the name.",
    pattern: check.USERNAME.source,
  }),
  ...settings,
}).meta({
  oneOf: [
    {
      required: ["name", "scopes"],
      properties: { name: { type: "string" }, scopes: { type: "array" }, match: { type: "null" } },
    },
    {
      required: ["match"],
      properties: { match: { type: "string" }, name: { type: "null" }, scopes: { type: "null" } },
    },
  ],
});

export const tokens = list(token, "a list of tokens, at least one");

export const tokenKeys = Object.keys(token.shape);

export type WrittenToken = z.infer<typeof token>;
