import { z } from "zod";
import { CHANGES, CONCERN_KINDS, SEVERITIES } from "../model/digest.ts";

// The document is a promise to other people's programs: keys are added, never renamed.

const time = z.iso.datetime();
const count = z.int().min(0);

const target = z
  .object({
    kind: z.enum(["project", "group"]),
    id: z.int().nullable().meta({ description: "GitLab's id; null when it could not be found out." }),
    path: z.string().meta({ description: "The full path." }),
  })
  .nullable()
  .meta({ description: "The project or group; null for what concerns the rotator as a whole." });

const token = z
  .string()
  .nullable()
  .meta({ description: "The token's name; null for the target as a whole." });

const item = z.object({
  change: z.enum(CHANGES).meta({
    description:
      "new: told for the first time. changed: its severity or reason is another. cleared: fine again. open: as told before.",
  }),
  severity: z.enum(SEVERITIES).meta({
    description: "warning: needs someone. critical: needs someone today. For `cleared` what it was before.",
  }),
  kind: z.enum(CONCERN_KINDS).meta({
    description:
      "lineage: a token under rotation, or its target. uncovered: a token of no policy that expires soon. access-token: the rotator's own. pass: a pass that did not take place. warning: of a pass.",
  }),
  reason: z
    .string()
    .meta({ description: "A stable word, e.g. Renewing, SecretPendingDeletion, PassFailed." }),
  errorCode: z.string().nullable().meta({ description: "E.g. ERR_GITLAB_FORBIDDEN." }),
  target,
  token,
  tokenId: z.int().nullable(),
  expiresAt: time.nullable(),
  since: time.meta({ description: "When this receiver was first told of it." }),
  message: z.string().meta({ description: "In words, for people: what is so, and what to do." }),
});

const done = z.object({
  action: z.enum(["create", "rotate", "delete"]),
  reason: z.string(),
  target,
  token,
  tokenId: z.int().nullable(),
  newTokenId: z.int().nullable(),
  expiresAt: time.nullable(),
});

export const webhookSchema = z.object({
  version: z.literal(1),
  id: z.uuid().meta({
    description:
      "The delivery's id, as in X-Deploy-Token-Rotator-Delivery. An attempt that is repeated has the same.",
  }),
  event: z.enum(["digest", "test"]).meta({ description: "test: sent by `notify --test`." }),
  at: time,
  gitlab: z.string().meta({ description: "GitLab's URL." }),
  severity: z
    .enum(SEVERITIES)
    .meta({ description: "The highest of all items that are not cleared; info when everything is fine." }),
  title: z.string().meta({ description: "One line for people." }),
  counts: z
    .object({ new: count, changed: count, cleared: count, open: count })
    .meta({ description: "Of all items, those that were left out too." }),
  items: z.array(item).meta({ description: "What is new first. At most 500." }),
  itemsOmitted: count,
  doneCounts: z
    .object({ create: count, rotate: count, delete: count })
    .meta({ description: "What went well; told only to receivers with min_severity: info." }),
  done: z.array(done).meta({ description: "At most 500." }),
  doneOmitted: count,
});

export type WebhookDocument = z.infer<typeof webhookSchema>;

/** For whoever receives it: more keys may come, so receivers let unknown ones pass. */
export const webhookJsonSchema = (): object => {
  const { $schema, ...schema } = z.toJSONSchema(webhookSchema, { target: "draft-2020-12", io: "input" });
  return {
    $schema,
    $id: "urn:deploy-token-rotator:webhook.schema.json",
    title: "deploy-token-rotator: what a webhook receives",
    description: "One digest of what a pass found. docs/webhook.md says how it is signed.",
    ...schema,
  };
};
