import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isPlanned, planReport } from "../../src/apply/lineage-report.ts";
import { look } from "../../src/apply/look.ts";
import { DAY, HOUR } from "../../src/model/duration.ts";
import { encodeLineageTag } from "../../src/model/lineage-tag.ts";
import { CURRENT, LINEAGE_TAG, PREVIOUS, ROTATION_TAG } from "../../src/model/names.ts";
import type { TokenEntry } from "../../src/model/policy.ts";
import type { SecretDescription } from "../../src/model/ports.ts";
import { encodeRecord } from "../../src/model/record.ts";
import type { LineageReport } from "../../src/model/report.ts";
import type { Target } from "../../src/model/target.ts";
import { aRecord, at, declared, matched, versionOf } from "../plan/builders.ts";
import { type Estate, type EstateOptions, type OwnedToken, policyFor, portsOf } from "./estate.ts";

const NAMES = ["a", "b"] as const;
const projects: readonly Target[] = [1, 2, 3].map((id) => ({ kind: "project", id, path: `platform/${id}` }));
const entry = (name: string) => declared({ name, secret: "gitlab/{path}/{name}" });

const oneOf = <T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

const policyLists: readonly (readonly TokenEntry[])[] = [
  [entry("a")],
  [entry("a"), entry("b")],
  [matched({ pattern: "*", secret: "gitlab/{path}/{name}" })],
  [entry("b"), matched({ pattern: "a*", secret: "gitlab/{path}/{name}", existing: "report" })],
];

const aTokenOf = fc.record({
  owner: oneOf(...projects, { kind: "project", id: 9, path: "elsewhere/9" } as const),
  name: oneOf<string>(...NAMES, "unheard-of"),
  days: oneOf<number | undefined>(60, 60, 60, 10, -1, undefined),
  revoked: oneOf(false, false, false, true),
});

interface VersionPlan {
  readonly which: number;
  readonly label: string;
  readonly storedDays: number;
}

const aSecretOf = fc.record({
  owner: oneOf(...projects),
  name: oneOf(...NAMES),
  versions: fc.array(
    fc.record({
      which: fc.nat(3),
      label: oneOf(CURRENT, CURRENT, PREVIOUS, ""),
      storedDays: oneOf(-30, -0.5, -3),
    }),
    { maxLength: 3 },
  ),
  record: oneOf("none", "none", "fulfilled", "open", "fresh", "undone", "with others"),
  renamed: oneOf(false, false, false, true),
  goes: oneOf(false, false, false, true),
});

type SecretPlan = typeof aSecretOf extends fc.Arbitrary<infer Plan> ? Plan : never;

const RECORDS: Readonly<Record<string, Parameters<typeof aRecord>[0]>> = {
  fulfilled: { expires: at(60 * DAY) },
  open: {},
  fresh: { at: at(-60_000) },
  undone: { undone: true },
  "with others": { expires: at(60 * DAY), existing: [2, 3], strays: [4] },
};

/** A secret of a lineage, whose versions name tokens of its target: whatever their names, whatever became of them. */
const secretOf = (plan: SecretPlan, number: number, tokens: readonly OwnedToken[]): SecretDescription => {
  const own = tokens.filter(
    ({ owner, token }) => owner.id === plan.owner.id && token.expiresAt !== undefined,
  );
  const seen = new Set<string>();
  const versions = plan.versions.flatMap(({ which, label, storedDays }: VersionPlan) => {
    const held = own[which % Math.max(own.length, 1)];
    const id = held && versionOf(held.token, at(storedDays * DAY));
    if (id === undefined || seen.has(id) || (label !== "" && seen.has(label))) return [];
    seen.add(id).add(label);
    return label === "" ? [] : [{ id, labels: [label] }];
  });
  const name = plan.renamed ? `renamed/${number}` : `gitlab/${plan.owner.path}/${plan.name}`;
  const record = RECORDS[plan.record];
  return {
    arn: `arn:aws:secretsmanager:eu-west-1:1:secret:${name}-${String(number).padStart(6, "x")}`,
    name,
    versions,
    tags: {
      [LINEAGE_TAG]: encodeLineageTag("gitlab.example.com", plan.owner, plan.name),
      ...(record === undefined ? {} : { [ROTATION_TAG]: encodeRecord(aRecord(record)) }),
    },
    lastChangedAt: at(-2 * DAY),
    deletionDate: plan.goes ? at(7 * DAY) : undefined,
    isReplica: false,
    rotationEnabled: false,
    owningService: undefined,
    replicasBehind: [],
  };
};

const HEALTHY: Omit<SecretPlan, "owner"> = {
  name: "a",
  versions: [{ which: 0, label: CURRENT, storedDays: -30 }],
  record: "none",
  renamed: false,
  goes: false,
};

/** Each project has a token of ours where its mark says so; whatever else there is comes on top. */
const anEstate: fc.Arbitrary<Estate> = fc
  .record({
    lists: fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3)),
    healthy: fc.tuple(...projects.map(() => oneOf(true, true, false))),
    tokens: fc.array(aTokenOf, { maxLength: 4 }),
    secrets: fc.array(aSecretOf, { maxLength: 2 }),
  })
  .map(({ lists, healthy, tokens, secrets }) => {
    const well = projects.filter((_, index) => healthy[index]);
    const plans = [...well.map((owner) => ({ owner, name: "a", days: 60, revoked: false })), ...tokens];
    const owned = plans.map(({ owner, name, days, revoked }, index): OwnedToken => {
      const expiresAt = days === undefined ? undefined : at(days * DAY + index * HOUR);
      return {
        owner,
        token: { id: index + 1, name, username: name, expiresAt, scopes: ["read_registry"], revoked },
      };
    });
    return {
      targets: projects.map((target, index) => ({ target, tokens: policyLists[lists[index] ?? 0] ?? [] })),
      tokens: owned,
      secrets: [...well.map((owner) => ({ ...HEALTHY, owner })), ...secrets].map((plan, number) =>
        secretOf(plan, number, owned),
      ),
    };
  });

const lookAt = async (estate: Estate, options: EstateOptions) => {
  const { ports, listed } = portsOf(estate, options);
  const { items } = await look(ports, { policy: policyFor(estate) });
  const reports = items.map((item): LineageReport => (isPlanned(item) ? planReport(item) : item));
  const plain = reports
    .map(({ path, token, secret, actions, waiting }) => ({ path, token, secret, actions, waiting }))
    .sort((one, other) => `${one.path} ${one.token}`.localeCompare(`${other.path} ${other.token}`));
  return { reports: plain, listed };
};

const doesAnything = ({ actions }: Pick<LineageReport, "actions">): boolean =>
  actions.some(({ action }) => action === "create" || action === "rotate" || action === "delete");

/** A token of ours, healthy, in the secret that the policy names. */
const healthyEstate = (): Estate => {
  const tokens = projects.map(
    (owner, index): OwnedToken => ({
      owner,
      token: {
        id: index + 1,
        name: "a",
        username: "a",
        expiresAt: at(60 * DAY),
        scopes: ["read_registry"],
        revoked: false,
      },
    }),
  );
  return {
    targets: projects.map((target) => ({ target, tokens: [entry("a")] })),
    tokens,
    secrets: projects.map((owner, number) => secretOf({ ...HEALTHY, owner }, number, tokens)),
  };
};

describe("a look at an estate", () => {
  it("says the same of every lineage, whether all tokens were listed at once or target by target", async () => {
    let settled = 0;
    await fc.assert(
      fc.asyncProperty(anEstate, async (estate) => {
        const one = await lookAt(estate, { administrator: false });
        const other = await lookAt(estate, { administrator: true });
        expect(other.reports).toEqual(one.reports);
        settled += projects.length - other.listed.length;
      }),
      { numRuns: 600 },
    );
    expect(settled).toBeGreaterThan(100);
  });

  it("does nothing for what a list that was paged while it changed, or an old list of secrets, lets it miss", async () => {
    await fc.assert(
      fc.asyncProperty(anEstate, fc.integer(), fc.integer(), async (estate, hidden, old) => {
        const shownTokens = estate.tokens
          .map(({ token }) => token)
          .filter((_, index) => ((hidden >> index) & 1) === 0);
        const shownSecrets = estate.secrets.map((secret, index) =>
          ((old >> index) & 1) === 0 ? secret : { ...secret, versions: secret.versions.slice(1) },
        );
        const byList = await lookAt(estate, { administrator: false, shownSecrets });
        const { reports } = await lookAt(estate, { administrator: true, shownTokens, shownSecrets });
        for (const report of reports.filter(doesAnything)) expect(byList.reports).toContainEqual(report);
      }),
      { numRuns: 600 },
    );
  });

  it("lists no target of which nothing is due", async () => {
    const { reports, listed } = await lookAt(healthyEstate(), { administrator: true });
    expect([listed, reports.map(({ actions }) => actions[0]?.reason)]).toEqual([
      [],
      ["Healthy", "Healthy", "Healthy"],
    ]);
  });

  it("lists the one target of which something is", async () => {
    const estate = healthyEstate();
    const tokens = estate.tokens.map(({ owner, token }) => ({
      owner,
      token: { ...token, revoked: owner.id === 2 },
    }));
    expect((await lookAt({ ...estate, tokens }, { administrator: true })).listed).toEqual([2]);
  });

  const [second] = [projects[1] as Target];
  const own = (id: number, more: Partial<OwnedToken["token"]>): OwnedToken => ({
    owner: second,
    token: { ...(healthyEstate().tokens[1] as OwnedToken).token, id, ...more },
  });
  const withSecret = (
    change: (secret: SecretDescription) => SecretDescription,
  ): readonly SecretDescription[] =>
    healthyEstate().secrets.map((secret, index) => (index === 1 ? change(secret) : secret));
  const recorded = (record: Parameters<typeof aRecord>[0]) =>
    withSecret((secret) => ({
      ...secret,
      tags: { ...secret.tags, [ROTATION_TAG]: encodeRecord(aRecord(record)) },
    }));
  const old = own(50, { expiresAt: at(5 * DAY) });
  const dead = own(50, { expiresAt: at(-5 * DAY) });
  const holding = ({ token }: OwnedToken) =>
    withSecret((secret) => ({
      ...secret,
      versions: [...secret.versions, { id: versionOf(token, at(-90 * DAY)), labels: [PREVIOUS] }],
    }));
  it.each<[string, Partial<Estate>]>([
    ["its current token is revoked", { tokens: [own(2, { revoked: true })] }],
    [
      "its current token is another than the version names, of the same id",
      { tokens: [own(2, { expiresAt: at(61 * DAY) })] },
    ],
    ["its overlap is over", { tokens: [own(2, {}), old], secrets: holding(old) }],
    [
      "a token that its record replaced by hand has expired",
      { tokens: [own(2, {}), dead], secrets: recorded({ expires: at(60 * DAY), existing: [50] }) },
    ],
    [
      "its record announces a token that has expired",
      { tokens: [own(2, {}), dead], secrets: recorded({ expires: at(-5 * DAY) }) },
    ],
    ["a rotation of it may be under way", { secrets: recorded({ at: at(-60_000) }) }],
    ["another token bears the name", { tokens: [own(2, {}), old] }],
    [
      "a secret that was given up for another holds a second token",
      {
        tokens: [own(2, {}), old],
        secrets: [
          ...healthyEstate().secrets,
          { ...secretOf({ ...HEALTHY, owner: second, renamed: true, goes: true }, 7, [old]) },
        ],
      },
    ],
  ])(
    "lists a target where %s, and comes to what its list says",
    async (_, { tokens = [own(2, {})], secrets }) => {
      const healthy = healthyEstate();
      const others = healthy.tokens.filter(({ owner }) => owner.id !== second.id);
      const estate = { ...healthy, tokens: [...others, ...tokens], ...(secrets && { secrets }) };
      const { listed, reports } = await lookAt(estate, { administrator: true });
      expect(listed).toContain(second.id);
      expect(reports).toEqual((await lookAt(estate, { administrator: false })).reports);
    },
  );

  it("lists the target that a restored GitLab gave a known id to", async () => {
    const healthy = healthyEstate();
    const others = healthy.tokens.filter(({ owner }) => owner.id !== second.id);
    const again = { ...own(2, { expiresAt: at(61 * DAY) }), owner: projects[2] as Target };
    const { listed } = await lookAt({ ...healthy, tokens: [...others, again] }, { administrator: true });
    expect(listed).toContain(3);
  });

  it("lists targets whose secrets' names do not say whose they are", async () => {
    const healthy = healthyEstate();
    const targets = healthy.targets.map(({ target }) => ({
      target,
      tokens: [declared({ name: "a", secret: "{kind}/{name}" })],
    }));
    const secrets = healthy.secrets.map((secret) => ({ ...secret, name: "project/a" }));
    expect((await lookAt({ ...healthy, targets, secrets }, { administrator: true })).listed.sort()).toEqual([
      1, 2, 3,
    ]);
  });

  it("lists a target whose secret was given to another by its tag, though nothing there is declared", async () => {
    const healthy = healthyEstate();
    const targets = healthy.targets.map(({ target }) => ({
      target,
      tokens: [matched({ pattern: "*", secret: "gitlab/{path}/{name}" })],
    }));
    const secrets = withSecret((secret) => ({
      ...secret,
      tags: { [LINEAGE_TAG]: encodeLineageTag("gitlab.example.com", projects[0] as Target, "a") },
    }));
    const estate = { ...healthy, targets, secrets };
    const { listed, reports } = await lookAt(estate, { administrator: true });
    expect(listed).toContain(second.id);
    expect(reports).toEqual((await lookAt(estate, { administrator: false })).reports);
  });

  it("lists every target where not all secrets can be seen", async () => {
    const { listed } = await lookAt(healthyEstate(), { administrator: true, denied: true });
    expect(listed.sort()).toEqual([1, 2, 3]);
  });

  it("looks for a token that no secret names only until a target's own list shows it", async () => {
    const many = Array.from(
      { length: 40 },
      (_, index): Target => ({ kind: "project", id: index + 1, path: `p/${index + 1}` }),
    );
    const tokens = many.map((owner) => ({ owner, token: own(owner.id, {}).token }));
    const estate: Estate = {
      targets: many.map((target) => ({ target, tokens: [entry("a")] })),
      secrets: many.map((owner, number) => secretOf({ ...HEALTHY, owner }, number, tokens)),
      tokens: [...tokens, { owner: many[0] as Target, token: old.token }],
    };
    const { listed, reports } = await lookAt(estate, { administrator: true });
    expect(listed).toContain(1);
    expect(listed.length).toBeLessThan(10);
    expect(reports[0]?.actions.map(({ reason }) => reason)).toContain("Unrecognised");
  });

  it("lists every target where the pages hold fewer tokens than GitLab counts, twice", async () => {
    const estate = healthyEstate();
    const { listed } = await lookAt(estate, { administrator: true, total: 4 });
    expect(listed.sort()).toEqual([1, 2, 3]);
  });

  it("believes no list of all tokens where two secrets name one token", async () => {
    const estate = healthyEstate();
    const [first, second, third] = estate.secrets as [
      SecretDescription,
      SecretDescription,
      SecretDescription,
    ];
    const copy = {
      ...second,
      versions: [...second.versions, ...first.versions.map(({ id }) => ({ id, labels: [PREVIOUS] }))],
    };
    const { listed } = await lookAt({ ...estate, secrets: [first, copy, third] }, { administrator: true });
    expect(listed.sort()).toEqual([1, 2]);
  });
});
