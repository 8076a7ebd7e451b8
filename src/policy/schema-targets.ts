import { z } from "zod";
import { mapping, text } from "./fields.ts";
import { tokens } from "./schema-tokens.ts";
import * as check from "./text-checks.ts";

const target = (example: string) => {
  const error = `a full path such as ${example}, or a numeric id`;
  return z
    .union([text(error), z.int({ error }).positive({ error })], { error })
    .superRefine((value, context) => {
      const problem = typeof value === "string" && value !== "" ? check.checkFullPath(value) : undefined;
      if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
    });
};

export const project = mapping("with path and tokens", {
  path: target("platform/api")
    .superRefine((value, context) => {
      if (typeof value !== "string" || value.includes("/") || check.checkFullPath(value) !== undefined)
        return;
      context.addIssue({
        code: "custom",
        message: "a project's full path, with its group or user before it, e.g. platform/api",
      });
    })
    .meta({ description: "The project's full path, or its numeric id.", examples: ["platform/api", 42] }),
  tokens: tokens.meta({ description: "The project's tokens." }),
});

export const group = mapping("with path, and with tokens or projects", {
  path: target("platform").meta({
    description: "The group's full path, or its numeric id.",
    examples: ["platform", "platform/backend", 7],
  }),
  tokens: tokens.nullish().meta({ description: "The group's own tokens." }),
  projects: mapping("with tokens and, optionally, exclude", {
    exclude: z
      .array(text('a glob over full paths, e.g. "platform/sandbox/**"', check.checkPathGlob), {
        error: "a list of globs over full paths",
      })
      .nullish()
      .meta({
        description:
          "Projects that are left out: globs over full paths; * stays within a segment, ** does not.",
        examples: [["platform/sandbox/**"]],
      }),
    tokens: tokens.meta({ description: "Tokens of each of these projects." }),
  })
    .nullish()
    .meta({ description: "Every project below the group, at any depth." }),
});
