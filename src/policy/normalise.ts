import type {
  AwsStoreSettings,
  FileStoreSettings,
  FleetEngine,
  GroupEntry,
  LocalEngine,
  Policy,
  Position,
  ProjectEntry,
  Schedule,
  TokenEntry,
} from "../model/policy.ts";
import type { DocumentPath } from "./document-path.ts";
import { instanceOf, normaliseUrl } from "./gitlab-url.ts";
import { normaliseReceivers } from "./normalise-notify.ts";
import type { WrittenPolicy } from "./schema.ts";
import type { WrittenStore } from "./schema-sections.ts";
import type { WrittenToken } from "./schema-tokens.ts";
import { durationOf, safetyOf, settingsOf } from "./settings.ts";
import { readListen } from "./text-checks.ts";

export interface Written {
  readonly written: WrittenPolicy;
  readonly baseUrl: string | undefined;
  readonly position: (path: DocumentPath) => Position;
}

/** A policy without mistakes, with every default filled in. */
export const normalise = (source: Written): Policy => {
  const { written, baseUrl } = source;
  const url = normaliseUrl(baseUrl ?? written.gitlab?.url ?? "");
  const instance = written.gitlab?.instance ?? instanceOf(url);
  return {
    gitlab: { url, instance },
    store: normaliseStore(written.store),
    schedule: normaliseSchedule(written.schedule),
    projects: (written.projects ?? []).map((project, index) => normaliseProject(source, project, index)),
    groups: (written.groups ?? []).map((group, index) => normaliseGroup(source, group, index)),
    limits: {
      concurrency: written.limits?.concurrency ?? 8,
      gitlabRequestsPerSecond: written.limits?.gitlab_requests_per_second ?? 25,
      maxRotations: written.limits?.max_rotations ?? 100,
    },
    safety: safetyOf(written.safety),
    server: written.server ? readListen(written.server.listen) : undefined,
    notify: normaliseReceivers(written.notify ?? []),
    engine: normaliseEngine(written.engine, instance),
  };
};

const normaliseEngine = (engine: WrittenPolicy["engine"], instance: string): LocalEngine | FleetEngine =>
  engine?.type === "bullmq"
    ? {
        type: "bullmq",
        url: engine.url ?? undefined,
        // An instance may have a port and a root; the name goes into keys of Redis.
        name: engine.name ?? instance.replaceAll(/[:/]/g, "-"),
      }
    : { type: "local" };

const normaliseStore = (store: WrittenStore): AwsStoreSettings | FileStoreSettings => {
  const tags = Object.fromEntries(
    Object.entries(store.tags ?? {}).flatMap(([key, value]) =>
      value === null || value === undefined ? [] : [[key, value]],
    ),
  );
  if (store.type === "file") return { type: "file", path: store.path ?? "", tags };
  return {
    type: "aws-secrets-manager",
    region: store.region ?? undefined,
    kmsKeyId: store.kms_key_id ?? undefined,
    tags,
  };
};

const normaliseSchedule = (schedule: WrittenPolicy["schedule"]): Schedule | undefined =>
  schedule
    ? {
        cron: schedule.cron,
        timezone: schedule.timezone ?? "UTC",
        jitter: durationOf(schedule.jitter ?? "0s"),
      }
    : undefined;

type WrittenProject = NonNullable<WrittenPolicy["projects"]>[number];
type WrittenGroup = NonNullable<WrittenPolicy["groups"]>[number];

const normaliseProject = (source: Written, project: WrittenProject, index: number): ProjectEntry => ({
  target: { kind: "project", idOrPath: project.path },
  tokens: normaliseTokens(source, project.tokens, ["projects", index, "tokens"]),
  position: source.position(["projects", index]),
});

const normaliseGroup = (source: Written, group: WrittenGroup, index: number): GroupEntry => {
  const path = ["groups", index];
  return {
    target: { kind: "group", idOrPath: group.path },
    tokens: normaliseTokens(source, group.tokens, [...path, "tokens"]),
    projects: group.projects
      ? {
          exclude: (group.projects.exclude ?? []).map((pattern, item) => ({
            pattern,
            position: source.position([...path, "projects", "exclude", item]),
          })),
          tokens: normaliseTokens(source, group.projects.tokens, [...path, "projects", "tokens"]),
        }
      : undefined,
    position: source.position(path),
  };
};

const normaliseTokens = (
  source: Written,
  tokens: readonly WrittenToken[] | null | undefined,
  path: DocumentPath,
): readonly TokenEntry[] =>
  (tokens ?? []).map((token, index) => {
    const shared = {
      ...settingsOf(source.written.defaults, token),
      username: token.username ?? undefined,
      position: source.position([...path, index]),
    };
    return token.name
      ? { kind: "declared", name: token.name, scopes: token.scopes ?? [], ...shared }
      : { kind: "match", pattern: token.match ?? "", ...shared };
  });
