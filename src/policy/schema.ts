import { z } from "zod";
import { mapping } from "./fields.ts";
import { receiver } from "./schema-notify.ts";
import { engine, gitlab, limits, safety, schedule, server, store } from "./schema-sections.ts";
import { group, project } from "./schema-targets.ts";
import { settings } from "./schema-tokens.ts";

/** rotation.yaml as written. What only makes sense across keys is left to the rules. */
export const policySchema = mapping("with version, gitlab, store and projects or groups", {
  version: z
    .literal(1, { error: "1, the only version there is" })
    .meta({ description: "The version of this format." }),
  gitlab: gitlab.nullish().meta({ description: "The GitLab whose tokens are rotated." }),
  store: store.meta({ description: "Where the tokens' values are kept." }),
  schedule: schedule.nullish().meta({ description: "When `run` starts a pass. Not needed for `apply`." }),
  defaults: mapping("of token settings", settings)
    .nullish()
    .meta({ description: "Settings of every token that does not give its own." }),
  projects: z
    .array(project, { error: "a list of projects" })
    .nullish()
    .meta({ description: "Projects and their tokens." }),
  groups: z
    .array(group, { error: "a list of groups" })
    .nullish()
    .meta({ description: "Groups, their tokens and their projects." }),
  limits: limits.nullish().meta({ description: "How much is done at once." }),
  safety: safety
    .nullish()
    .meta({ description: "Times that keep a rotation safe when something fails midway." }),
  server: server
    .nullish()
    .meta({ description: "Metrics, health and a status page, with `run` only. Default: none." }),
  engine: engine
    .nullish()
    .meta({ description: "Who carries passes out, with `run` only. Default: { type: local }." }),
  notify: z
    .array(receiver, { error: "a list of receivers" })
    .nullish()
    .meta({ description: "Who is told what needs someone: one digest per pass." }),
});

export type WrittenPolicy = z.infer<typeof policySchema>;
export type WrittenSettings = NonNullable<WrittenPolicy["defaults"]>;
