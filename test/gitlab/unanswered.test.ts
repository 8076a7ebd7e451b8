import { expect, test } from "vitest";
import type { Call } from "../../src/gitlab/call.ts";
import { unanswered } from "../../src/gitlab/unanswered.ts";

const call: Call = { route: "GET /projects/{id}", subject: "project platform/api", repeat: "always" };

const fromFetch = (cause: unknown): Error => new TypeError("fetch failed", { cause });

const refusedAt = (address: string): Error =>
  Object.assign(new Error(`connect ECONNREFUSED ${address}`), { code: "ECONNREFUSED", syscall: "connect" });

test("a host none of whose addresses listens has been sent nothing", () => {
  // As node tells of a host with an address of each kind: the system call stands in the inner errors only.
  const every = Object.assign(new AggregateError([refusedAt("::1:80"), refusedAt("127.0.0.1:80")]), {
    code: "ECONNREFUSED",
  });
  const { failure, mayPass } = unanswered(call, fromFetch(every));
  expect(failure).toMatchObject({ code: "ERR_GITLAB_UNAVAILABLE", outcome: "refused" });
  expect(failure.message).toContain("GitLab cannot be reached (ECONNREFUSED)");
  expect(mayPass).toBe(true);
});
