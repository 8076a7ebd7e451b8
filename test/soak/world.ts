/** Everything that the daemon meets, in a process of its own: what it holds must not count as the daemon's. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { DAY } from "../../src/model/duration.ts";
import { type GitLabSimulator, startGitLab } from "../support/gitlab/simulator.ts";
import { type SecretsManagerSimulator, startSecretsManager } from "../support/secrets-manager/simulator.ts";
import { type ClockOrigin, createFastClock } from "./fast-clock.ts";
import type { Trouble } from "./plan.ts";

export type WorldRequest =
  | { readonly do: "begin pass"; readonly skip: number; readonly trouble: Trouble | undefined }
  | { readonly do: "replace project" }
  | { readonly do: "read"; readonly urls: readonly string[] }
  | { readonly do: "count" };

export interface Addresses {
  readonly gitlab: string;
  readonly aws: string;
  readonly receiver: string;
  readonly accessToken: string;
}

export interface Read {
  readonly status: number;
  readonly bytes: number;
  readonly lines: number;
}

/** What has happened since the start. */
export interface Counts {
  readonly created: number;
  readonly deleted: number;
  readonly digests: number;
  readonly refusedDigests: number;
  readonly failures: number;
}

const DAYS_OF_ACCESS = 33;
/** So that it is announced before it is renewed, 30 days before its end and later. */
const RENEWED_BELOW = 20;

const clock = createFastClock(JSON.parse(process.argv[2] ?? "{}") as ClockOrigin);
const gitlab: GitLabSimulator = await startGitLab({ clock });
const aws: SecretsManagerSimulator = await startSecretsManager({
  clock,
  dateClock: { now: () => new Date() },
});
const { world } = gitlab;
for (const path of ["platform/api", "platform/web", "data/etl"]) world.addProject({ path });

const dayAfter = (days: number): string =>
  new Date(clock.now().getTime() + days * DAY).toISOString().slice(0, 10);
let accessEnds = clock.now().getTime() + DAYS_OF_ACCESS * DAY;
const access = world.addPersonalAccessToken({ expiresAt: dayAfter(DAYS_OF_ACCESS) });

const counts = { digests: 0, refusedDigests: 0, failures: 0 };
let isDeaf = false;
const receiver = createServer((request, response) => {
  request.resume().once("end", () => {
    counts[isDeaf ? "refusedDigests" : "digests"] += 1;
    if (!isDeaf) return void response.writeHead(204).end();
    // In turn, without an answer, with one that is tried again, and with one that is not: how often the other two are
    // tried before the receivers hear again, differs from run to run.
    const status = [undefined, 503, 410][counts.refusedDigests % 3];
    if (status === undefined) return void response.socket?.destroy();
    response.writeHead(status).end();
  });
});
await new Promise<void>((resolve) => void receiver.listen(0, "127.0.0.1", resolve));

const FORBIDDEN = {
  status: 403,
  headers: { "Content-Type": "application/json" },
  body: `{"message":"403 Forbidden"}`,
};

/** The project that comes and goes. */
let replaced = { number: 0, id: 0 };

const trouble: Readonly<Record<Trouble, () => void>> = {
  "gitlab answers 500": () =>
    gitlab.faults.add({ match: { method: "GET" }, times: 12, respond: { status: 500, body: "{}" } }),
  "gitlab's connections are cut": () =>
    gitlab.faults.add(
      { times: 4, before: "reset" },
      // It goes before the next pass: what was told of it must not stay open for ever.
      {
        match: { path: new RegExp(`/projects/${replaced.id}/deploy_tokens`) },
        times: 50,
        respond: FORBIDDEN,
      },
      { match: { method: "POST" }, times: 1, after: "reset" },
      { match: { method: "GET", status: 200 }, times: 4, after: "truncate" },
    ),
  "gitlab limits the rate": () => gitlab.faults.add({ times: 2, before: "429-plain-without-retry-after" }),
  "aws answers 500": () =>
    void aws.faults.push({ times: 2, before: { error: "InternalServiceError", status: 500 } }),
  "aws's connections are cut": () =>
    void aws.faults.push(
      { times: 1, before: "reset" },
      { match: { operation: "DescribeSecret" }, times: 1, after: "truncate" },
      { match: { operation: "PutSecretValue" }, times: 1, after: "reset" },
    ),
  "the receivers are down": () => {
    isDeaf = true;
  },
  "the access token has expired": () => {
    world.updatePersonalAccessToken(access.id, { expiresAt: dayAfter(-1) });
  },
};

const beginPass = (skip: number, next: Trouble | undefined): void => {
  clock.skip(skip);
  counts.failures += gitlab.log.filter(({ status = 0 }) => status === 0 || status >= 400).length;
  gitlab.log.length = 0;
  aws.log.length = 0;
  gitlab.faults.clear();
  aws.faults.length = 0;
  isDeaf = false;
  const now = clock.now().getTime();
  if (accessEnds - now < RENEWED_BELOW * DAY) accessEnds = now + DAYS_OF_ACCESS * DAY;
  world.updatePersonalAccessToken(access.id, { expiresAt: new Date(accessEnds).toISOString().slice(0, 10) });
  if (next !== undefined) trouble[next]();
};

/** A token made by hand comes with it, which the policy takes up. Who removes the old project, removes its secret. */
const replaceProject = (): void => {
  const path = (number: number): string => `platform/feature-${number}`;
  const { number } = replaced;
  if (number > 0) {
    world.removeProject(path(number));
    aws.world.remove(`gitlab/project/${path(number)}/ci-pull`);
  }
  const next = path(number + 1);
  replaced = { number: number + 1, id: world.addProject({ path: next }).id };
  world.addDeployToken(
    { kind: "project", path: next },
    { name: "ci-pull", scopes: ["read_registry"], expiresAt: new Date(clock.now().getTime() + 2 * DAY) },
  );
};

const read = async (url: string): Promise<Read> => {
  const answer = await fetch(url, { headers: { connection: "close" } });
  const text = await answer.text();
  return { status: answer.status, bytes: text.length, lines: text.split("\n").length };
};

const answer = async (request: WorldRequest): Promise<unknown> => {
  switch (request.do) {
    case "begin pass":
      return beginPass(request.skip, request.trouble);
    case "replace project":
      return replaceProject();
    case "read":
      return Promise.all(request.urls.map(read));
    case "count":
      return {
        ...counts,
        created: world.createdHistory.filter(({ by }) => by === "api").length,
        deleted: world.deletionHistory.filter(({ by }) => by === "api").length,
      } satisfies Counts;
    default:
      return request satisfies never;
  }
};

process.on("message", ({ id, request }: { id: number; request: WorldRequest }) => {
  answer(request).then(
    (value) => process.send?.({ id, value }),
    (error: unknown) => process.send?.({ id, error: String(error) }),
  );
});
process.once("disconnect", () => process.exit());
process.send?.({
  gitlab: gitlab.url,
  aws: aws.url,
  receiver: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`,
  accessToken: access.token,
} satisfies Addresses);
