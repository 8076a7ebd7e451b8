import { z } from "zod";
import type { Target } from "../../model/target.ts";
import { readAnswer } from "../answers.ts";
import { type Call, subjectOf } from "../call.ts";
import { failureOf } from "../failure.ts";
import type { Rest } from "../rest.ts";

/** A project to try a credential on. GitLab leaves out what this user or version does not show. */
export interface Place extends Target {
  readonly visibility: string | undefined;
  readonly repository: string | undefined;
  readonly containerRegistry: string | undefined;
  readonly packages: string | undefined;
}

const feature = z.string().nullish().catch(undefined);

const placeAnswer = z
  .object({
    id: z.int().positive(),
    path_with_namespace: z.string().min(1).max(8_192),
    visibility: feature,
    repository_access_level: feature,
    container_registry_access_level: feature,
    package_registry_access_level: feature,
    packages_enabled: z.boolean().nullish().catch(undefined),
  })
  .transform(
    (project): Place => ({
      kind: "project",
      id: project.id,
      path: project.path_with_namespace,
      visibility: project.visibility ?? undefined,
      repository: project.repository_access_level ?? undefined,
      containerRegistry: project.container_registry_access_level ?? undefined,
      packages:
        project.packages_enabled === false
          ? "disabled"
          : (project.package_registry_access_level ?? undefined),
    }),
  );

export const readPlace = async ({ client, exchange }: Rest, target: Target): Promise<Place> => {
  const call: Call = {
    route: "GET /projects/{id}",
    subject: subjectOf(target),
    repeat: "always",
    scope: "read_api",
  };
  const answer = await exchange(call, () =>
    client.GET("/projects/{id}", { params: { path: { id: target.id } } }),
  );
  if (!answer.ok) throw failureOf(call, answer);
  return readAnswer(placeAnswer, call, answer);
};
