import { z } from "zod";
import { policySchema } from "./schema.ts";

/** For editors: everything but the rules across keys and the checks that no pattern can express. */
export const policyJsonSchema = (): object => {
  const { $schema, ...schema } = z.toJSONSchema(policySchema, { target: "draft-2020-12", io: "input" });
  return {
    $schema,
    $id: "urn:deploy-token-rotator:rotation.schema.json",
    title: "deploy-token-rotator: rotation.yaml",
    description: "Which deploy tokens are rotated, how, and where their values are kept.",
    ...schema,
  };
};
