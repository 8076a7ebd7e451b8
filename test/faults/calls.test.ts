import { afterEach, expect, it } from "vitest";
import type { PassWorld } from "../support/pass-world.ts";
import { AWS_CALLS, GITLAB_CALLS } from "./calls.ts";
import { FAULTLESS, leaves, passOnce, type Start, startScene } from "./scene.ts";

let world: PassWorld;
afterEach(() => world.close());

const PROJECT = "GET /api/v4/projects/:id";
const LIST = "GET /api/v4/projects/:id/deploy_tokens";
const GET = "GET /api/v4/projects/:id/deploy_tokens/:token_id";
const POST = "POST /api/v4/projects/:id/deploy_tokens";
const DELETE = "DELETE /api/v4/projects/:id/deploy_tokens/:token_id";

const READ = ["ListSecrets", PROJECT, LIST];
const STORED = ["TagResource", PROJECT, POST, "GET /jwt/auth", "DescribeSecret", "PutSecretValue"];

/** The calls of one pass, in order: at each of them the rows of the other files let something go wrong. */
const CALLS: Readonly<Record<Start, readonly string[]>> = {
  nothing: [...READ, "DescribeSecret", "DescribeSecret", LIST, "CreateSecret", "DescribeSecret", ...STORED],
  due: [...READ, "DescribeSecret", LIST, ...STORED],
  superseded: [...READ, "DescribeSecret", LIST, DELETE],
  stray: [
    ...READ,
    "ListSecretVersionIds",
    "DescribeSecret",
    LIST,
    "ListSecretVersionIds",
    DELETE,
    "DescribeSecret",
    LIST,
    ...STORED,
  ],
  gone: [...READ, GET, "DescribeSecret", LIST, GET, ...STORED],
  leaked: [
    ...READ,
    "DescribeSecret",
    "DescribeSecret",
    LIST,
    ...STORED,
    "DescribeSecret",
    LIST,
    "DescribeSecret",
    LIST,
    DELETE,
  ],
};

const isGitLabs = (call: string): boolean => call.includes(" ");

it.each(Object.entries(CALLS) as [Start, string[]][])(
  "makes these calls when it starts from %s, and leaves what it should",
  async (start, calls) => {
    world = await startScene(start);
    const made: string[] = [];
    const times = Number.POSITIVE_INFINITY;
    world.aws.faults.push({ onArrival: (operation) => void made.push(operation) });
    world.gitlab.faults.add({
      times,
      onArrival: ({ method, route }) => void made.push(`${method} ${route}`),
    });
    expect((await passOnce(world, start)).left).toEqual(leaves(FAULTLESS[start]));
    // The two systems are asked side by side.
    const inOrder = (all: readonly string[]) => [
      all.filter(isGitLabs),
      all.filter((call) => !isGitLabs(call)),
    ];
    expect(inOrder(made)).toEqual(inOrder(calls));
  },
);

it("meets a fault at every kind of call", async () => {
  world = await startScene("nothing");
  const struck = (call: string): boolean => {
    const [method, route = ""] = call.split(" ");
    return (
      Object.values(AWS_CALLS).some(({ operation }) => operation === call) ||
      Object.values(GITLAB_CALLS).some((place) => place.method === method && place.route.test(route))
    );
  };
  expect([...new Set(Object.values(CALLS).flat())].filter((call) => !struck(call))).toEqual([]);
});
