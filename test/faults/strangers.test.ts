import { afterEach, describe, expect, it } from "vitest";
import { milliseconds } from "../../src/model/duration.ts";
import { type Gate, startGate } from "../support/gate.ts";
import { AWS_CALLS, GITLAB_CALLS, type GitLabCall, strikeAws, strikeGitLab } from "./calls.ts";
import { play } from "./play.ts";
import { type Columns, leaves, passOnce, row, startScene } from "./scene.ts";
import {
  hasOpenssl,
  type Stranger,
  startListener,
  startRedirector,
  startSelfSigned,
  startSilent,
} from "./strangers.ts";

const SHORT = milliseconds(300);
const LONG = milliseconds(5_000);
const WAYS = {
  gitlabTimeouts: { connect: SHORT, headers: LONG, body: LONG },
  awsTimeouts: { connection: SHORT, request: SHORT },
};

const opened: (Stranger | Gate)[] = [];
const keep = async <Server extends Stranger | Gate>(starting: Promise<Server>): Promise<Server> => {
  const server = await starting;
  opened.push(server);
  return server;
};
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});

const REDIRECTED = /answered with a redirect, which is never followed|no answer to this request/;
const REDIRECTS: readonly (readonly [GitLabCall, Columns])[] = [
  ["resolve", ["report TargetFailed failed", "2", "2", "fulfilled", 1]],
  ["list", ["report TargetFailed failed", "2", "2", "fulfilled", 1]],
  ["get token", ["report ObservationFailed failed", "none", "2", "fulfilled", 1]],
  ["POST of a renewal", ["rotate Renewing failed", "2", "2", "open", 1]],
  ["place to log in", ["create Missing failed", "none", "empty", "undone", 1]],
  ["log in", ["rotate Renewing failed", "2", "2", "undone", 1]],
  ["DELETE", ["delete Superseded failed, keep Healthy", "2 3", "3 after 2", "fulfilled", 1]],
];

describe.each([301, 302, 307, 308])("a redirect to another origin (%i)", (status) => {
  it.each(REDIRECTS.map(([call, columns]) => ({ title: row(call, columns), call, columns })))(
    "takes no token along: $title",
    async ({ call, columns }) => {
      const listener = await keep(startListener());
      const respond = { status, headers: { Location: `${listener.url}/api/v4/projects/1` } };
      await play({
        start: GITLAB_CALLS[call].start,
        spoil: (world) => strikeGitLab(world, call, { before: { respond }, times: Number.POSITIVE_INFINITY }),
        columns,
        says: call === "resolve" ? /has moved/ : REDIRECTED,
      });
      expect(listener.received).toEqual([]);
    },
  );

  it("takes no AWS signature along", async () => {
    const listener = await keep(startListener());
    const redirector = await keep(startRedirector(status, listener.url));
    const world = await startScene("nothing", { awsUrl: redirector.url });
    const { left, terminal } = await passOnce(world);
    expect(left).toEqual(leaves(["", "none", "no secret", "none", 1]));
    expect(terminal).toMatch(/^ERR_SECRET_UNAVAILABLE: secretsmanager:ListSecrets failed/);
    expect(listener.received).toEqual([]);
    await world.close();
  });
});

const UNSEEN: Columns = ["report TargetFailed failed", "none", "no secret", "none", 1];
const NO_PASS: Columns = ["", "none", "no secret", "none", 1];

describe.skipIf(!hasOpenssl)("a certificate that nobody trusts", () => {
  it(row("before GitLab: not one header is sent", UNSEEN), async () => {
    const server = await keep(startSelfSigned());
    const world = await startScene("nothing", { gitlabUrl: server.url });
    const { left, codes, terminal } = await passOnce(world);
    expect(left).toEqual(leaves(UNSEEN));
    expect(codes).toBe("ERR_GITLAB_UNAVAILABLE");
    expect(terminal).toMatch(/No trusted TLS connection to GitLab .*NODE_EXTRA_CA_CERTS/);
    expect(server.received).toEqual([]);
    await world.close();
  });

  it(row("before Secrets Manager: not one header is sent", NO_PASS), async () => {
    const server = await keep(startSelfSigned());
    const world = await startScene("nothing", { awsUrl: server.url });
    const { left, terminal } = await passOnce(world);
    expect(left).toEqual(leaves(NO_PASS));
    expect(terminal).toMatch(/^ERR_SECRET_UNAVAILABLE: .*self-signed certificate.*Check the network/);
    expect(server.received).toEqual([]);
    await world.close();
  });
});

describe("a connection that never stands", () => {
  it(row("to GitLab", UNSEEN), async () => {
    const server = await keep(startSilent());
    const world = await startScene("nothing", { ...WAYS, gitlabUrl: server.url });
    const { left, terminal } = await passOnce(world);
    expect(left).toEqual(leaves(UNSEEN));
    expect(terminal).toMatch(/GitLab cannot be reached \(UND_ERR_CONNECT_TIMEOUT\)/);
    await world.close();
  });

  it(row("to Secrets Manager", NO_PASS), async () => {
    const server = await keep(startSilent());
    const world = await startScene("nothing", { ...WAYS, awsUrl: server.url });
    const { left, terminal } = await passOnce(world);
    expect(left).toEqual(leaves(NO_PASS));
    expect(terminal).toMatch(/^ERR_SECRET_UNAVAILABLE: secretsmanager:ListSecrets failed: TimeoutError/);
    await world.close();
  });
});

describe("a system that goes down half-way", () => {
  const UNDONE: Columns = ["rotate Renewing failed", "2", "2", "undone", 1];
  it(row("GitLab, before the POST: refused, so nothing was made", UNDONE), async () => {
    const gate = await keep(startGate());
    await play({
      start: "due",
      ways: { gitlabUrl: gate.url, onStarted: ({ gitlab }) => gate.leadTo(gitlab) },
      spoil: (world) => strikeAws(world, "TagResource", { times: 1, onCommitted: gate.shut }),
      columns: UNDONE,
      says: /GitLab cannot be reached \(ECONNREFUSED\)/,
      mend: gate.open,
    });
  });

  const STRAY: Columns = ["create Missing failed", "2", "empty", "open", 1];
  it(row("GitLab, right after the POST", STRAY), async () => {
    const gate = await keep(startGate());
    await play({
      start: "nothing",
      ways: { gitlabUrl: gate.url, onStarted: ({ gitlab }) => gate.leadTo(gitlab) },
      spoil: (world) => strikeGitLab(world, "log in", { onArrival: gate.shut }),
      columns: STRAY,
      says: /made but not stored, and could not be deleted again/,
      mend: gate.open,
    });
  });

  const OPEN: Columns = ["rotate Renewing failed", "2", "2", "open", 1];
  it(row("Secrets Manager, before the put: refused, so the token is undone", OPEN), async () => {
    const gate = await keep(startGate());
    await play({
      start: AWS_CALLS.TagResource.start,
      ways: { awsUrl: gate.url, onStarted: ({ aws }) => gate.leadTo(aws) },
      spoil: (world) => strikeGitLab(world, "POST of a renewal", { onArrival: gate.shut }),
      columns: OPEN,
      says: /ECONNREFUSED/,
      mend: gate.open,
    });
  });
});
