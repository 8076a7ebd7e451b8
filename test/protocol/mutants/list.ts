/** One guard taken out of the program's text. Several edits where one guard covers for another. */
export interface Mutant {
  readonly name: string;
  readonly edits: readonly {
    readonly file: string;
    readonly from: string;
    readonly to: string;
  }[];
  /** Why no schedule can show it, for the guards against what a model of this kind does not hold. */
  readonly argued?: string;
}

/** Where the schedule is kept that shows it. */
export const scheduleFile = ({ name }: Mutant): string =>
  new URL(`${name.replaceAll(/[^a-zA-Z]+/g, "-").toLowerCase()}.json`, import.meta.url).pathname;

const edit = (file: string, from: string, to: string) => ({ file: `src/${file}`, from, to });

const NO_IN_PROGRESS = edit("plan/conflicts.ts", "if (age < safety.strayAfter)", "if (age < 0)");
const NO_FRESH = edit("plan/conflicts.ts", "mayBeFresh(token.expiresAt, input)", "false");
const NO_OVERLAP = edit(
  "plan/deletions.ts",
  "later(times.settled, overlap)),\n    barrier",
  "times.settled),\n    barrier",
);

export const MUTANTS: readonly Mutant[] = [
  {
    name: "the put goes out past the deadline",
    edits: [edit("apply/rotate.ts", "value: formatted, gate }", "value: formatted, gate: () => undefined }")],
  },
  {
    name: "the POST goes out past the deadline",
    edits: [edit("apply/rotate.ts", "      gate();\n    });", "    });")],
  },
  {
    name: "strays of any age are deleted, in progress or not",
    edits: [
      edit("plan/deletions.ts", "later(account.record.at, safety.strayAfter)", "account.record.at"),
      NO_IN_PROGRESS,
    ],
  },
  { name: "in progress by the record is not looked at", edits: [NO_IN_PROGRESS] },
  { name: "in progress by age is not looked at", edits: [NO_FRESH] },
  {
    name: "any expiry is the record's",
    edits: [
      edit(
        "plan/account.ts",
        "token.expiresAt.getTime() === record.expires.getTime()",
        "record.expires.getTime() > 0",
      ),
    ],
  },
  {
    name: "the expiry has no random part",
    edits: [
      edit("apply/rotate.ts", "ports.random(Math.floor(ports.safety.strayAfter / 2 / 1000)) * 1000", "0"),
    ],
  },
  {
    name: "versions without a label name nothing",
    edits: [edit("plan/account.ts", "...(observed.versionIds ?? [])]", "]")],
  },
  {
    name: "a foreign AWSCURRENT bars no deletion of strays",
    argued:
      "a person may save our value anew under a version of their own, and Secrets Manager forgets unlabelled versions past a hundred",
    edits: [
      edit(
        "plan/deletions.ts",
        'if (account.current.kind === "foreign") return "the secret\'s current value is not ours";',
        "",
      ),
    ],
  },
  {
    name: "a foreign AWSCURRENT is replaced whatever the policy says",
    edits: [
      edit(
        "plan/secret-conflicts.ts",
        'account.current.kind === "foreign" && !lineage.entry.adoptSecret',
        'account.current.kind === "foreign" && lineage.tag === ""',
      ),
    ],
  },
  {
    name: "a deletion relies on the plan's description",
    edits: [
      edit(
        "apply/carry-out.ts",
        `    const seen = await observe(ports, { ...work, fresh: true });
    const still = seen.decision.deletions.find(({ tokenId }) => tokenId === action.tokenId);`,
        "    const still = action;\n    const seen = { describedAt: instantOf(ports.clock) };",
      ),
      edit(
        "apply/carry-out.ts",
        "import { DELETE_WITHIN, deadlineGate }",
        "import { DELETE_WITHIN, deadlineGate, instantOf }",
      ),
    ],
  },
  {
    name: "a deletion goes out however old its description is",
    edits: [
      edit("apply/deadline.ts", "export const DELETE_WITHIN = 60_000;", "export const DELETE_WITHIN = 1e12;"),
    ],
  },
  { name: "there is no overlap", edits: [NO_OVERLAP] },
  {
    name: "LastChangedDate is not looked at",
    edits: [edit("plan/deletions.ts", "settled: latest(stored, changed ?? stored)", "settled: stored")],
  },
  {
    name: "the POST is sent again when nobody knows what became of it",
    edits: [
      edit(
        "apply/rotate.ts",
        "created = await gitlab.createToken(",
        "created = await ((...given: Parameters<typeof gitlab.createToken>) => gitlab.createToken(...given).catch(() => gitlab.createToken(...given)))(",
      ),
    ],
  },
  {
    name: "the Date of the answer is not looked at",
    argued:
      "a proxy that holds the POST back for minutes, or a GitLab whose clock jumps, is not in the model",
    edits: [
      edit(
        "apply/created-token.ts",
        'apart > within + SKEW_TOLERANCE ? ["the Date of the answer"] : []',
        "[]",
      ),
    ],
  },
  {
    name: "a put of unknown outcome is undone",
    edits: [
      edit(
        "apply/rotate.ts",
        'if (!(error instanceof RotationError && error.code === "ERR_PUT_UNKNOWN"))',
        "if (error instanceof Error)",
      ),
    ],
  },
  {
    name: "AWSCURRENT may have moved before the put",
    edits: [
      edit(
        "apply/rotate.ts",
        "return currentVersionId(description) === input.rotation.currentVersionId;",
        "return currentVersionId(description) !== null;",
      ),
    ],
  },
  {
    name: "any lineage's secret is ours",
    edits: [
      edit("plan/account.ts", 'tag === lineage.tag ? "us" : "other"', 'tag === "" ? "other" : "us"'),
      edit("apply/ensure-secret.ts", "made.tags[LINEAGE_TAG] !== lineage.tag", "made === undefined"),
      edit(
        "apply/rotate.ts",
        "description.tags[LINEAGE_TAG] !== input.lineage.tag",
        "description === undefined",
      ),
    ],
  },
  {
    name: "a version names a token by its id alone",
    edits: [
      edit("plan/account.ts", "seconds(version.expiresAt) === seconds(token.expiresAt)", "token.id > 0"),
    ],
  },
  {
    name: "a wrong clock is not noticed",
    edits: [
      edit(
        "plan/conflicts.ts",
        "Math.abs(observed.clockSkew) > SKEW_TOLERANCE",
        "Math.abs(observed.clockSkew) > 1e15",
      ),
    ],
  },
  {
    name: "what was written in the future is believed",
    argued:
      "a record from the future is in progress until then, and a version is never too old: only the message, which says why nothing moves, depends on it",
    edits: [
      edit(
        "plan/conflicts.ts",
        "time.getTime() - now.getTime() > SKEW_TOLERANCE",
        "time.getTime() - now.getTime() > 1e15",
      ),
    ],
  },
  {
    name: "the record is written however long ago the look was, or the clock was set since",
    edits: [
      edit("apply/rotate.ts", "{ gate: looked, over }", "{ over }"),
      edit("apply/rotate.ts", "const looked = deadlineGate(", "deadlineGate("),
    ],
  },
  {
    name: "a pass deletes what its own rotation supersedes, without an overlap",
    edits: [
      edit("apply/carry-out.ts", 'report.result !== "done" || !leaked', 'report.result !== "done"'),
      NO_OVERLAP,
    ],
  },
  {
    name: "a version that only the list of versions shows is believed to be old",
    edits: [
      edit(
        "plan/conflicts.ts",
        "const unseen = storedUnseen(input);",
        "const unseen = undefined as ReturnType<typeof storedUnseen>;",
      ),
    ],
  },
  {
    name: "another secret's claim bars no deletion of what is superseded",
    edits: [
      edit(
        "plan/deletions.ts",
        'if (observed.claimedElsewhere.has(token.id)) return "another secret names this token";',
        "",
      ),
    ],
  },
  {
    name: "another secret's claim bars no deletion of strays",
    edits: [
      edit(
        "plan/deletions.ts",
        'return observed.claimedElsewhere.has(id) ? "another secret names this token" : undefined;',
        "return undefined;",
      ),
    ],
  },
  {
    name: "a replica that is behind bars no deletion",
    edits: [edit("plan/deletions.ts", "return behind.length > 0 ?", "return behind.length > 1e9 ?")],
  },
  {
    name: "what is superseded goes although the current token does not live",
    edits: [
      edit(
        "plan/deletions.ts",
        "if (account.current.token === undefined || !account.current.listed || !isLive(account.current.token, now))",
        "if (now.getTime() === 0)",
      ),
    ],
  },
  {
    name: "a leak is forgotten when its rotation fails",
    edits: [
      edit(
        "plan/rotation.ts",
        "leaked: leaked || (account.record?.leaked === true && !account.fulfilled)",
        "leaked",
      ),
      edit(
        "plan/decide.ts",
        "return account.record?.leaked && !account.fulfilled",
        "return account.record?.leaked && account.strays.length > 1e9",
      ),
    ],
  },
  {
    name: "strays that could not be deleted are forgotten",
    edits: [edit("plan/rotation.ts", "strays: account.strays.map(({ id }) => id)", "strays: []")],
  },
  {
    name: "a token made by hand does not wait until it has expired",
    edits: [
      edit(
        "plan/deletions.ts",
        'if (extra !== "expiry") return later(start, Math.max(overlap, extra));',
        "if (now.getTime() > 0) return later(start, overlap);",
      ),
      edit(
        "plan/deletions.ts",
        "const { overlap, existingOverlap } = input.lineage.entry;",
        "const { now } = input;\n  const { overlap, existingOverlap } = input.lineage.entry;",
      ),
    ],
  },
  {
    name: "a sweep of any age is acted upon",
    edits: [
      edit(
        "apply/sweep.ts",
        "elapsedSince(clock, begun) <= safety.strayAfter / 2",
        "elapsedSince(clock, begun) >= 0",
      ),
    ],
  },
  {
    name: "a moved tag says whose the tokens of a secret are",
    edits: [edit("apply/settler.ts", " || !namesItsTarget(lineage, secret)", "")],
  },
  {
    name: "the list of all tokens settles a target that may own a token that nothing names",
    edits: [
      edit(
        "apply/settler.ts",
        "unplaced.mayBelongTo(coverage) ? undefined : settleTarget(coverage, sweep)",
        "settleTarget(coverage, sweep)",
      ),
    ],
  },
  {
    name: "a version that only the list shows is believed to be old where people took our tags away",
    edits: [edit("plan/conflicts.ts", "(!isOurs(account) ||", '(account.owner !== "us" ||')],
  },
];
