import { encodeLineageTag } from "../../../src/model/lineage-tag.ts";
import { encodeRecord } from "../../../src/model/record.ts";
import { encodeVersionId } from "../../../src/model/version-id.ts";

/** What there is, by arithmetic: nothing of it is stored, however large it is. */
export interface Estate {
  readonly projects: number;
  readonly tokensPerProject: number;
  /** How many projects' first token is to be renewed; every other one is healthy. */
  readonly due: number;
  /** The present that all dates are counted from: milliseconds, whole seconds. */
  readonly base: number;
}

export const INSTANCE = "gitlab.bench.example";
export const GROUP = { id: 7, path: "estate" } as const;
export const SCOPES = ["read_registry"] as const;

const DAY = 86_400_000;
const FIRST_PROJECT = 1_001;
const FIRST_TOKEN = 100_000;
const LIFETIME = 90 * DAY;
const DUE_AGE = 70;
const HEALTHY_AGES = 50;

export const projectId = (index: number): number => FIRST_PROJECT + index;

/** `undefined` for an id that no project has. */
export const projectIndex = ({ projects }: Estate, id: number): number | undefined =>
  Number.isSafeInteger(id) && id >= FIRST_PROJECT && id < FIRST_PROJECT + projects
    ? id - FIRST_PROJECT
    : undefined;

export const projectPath = (index: number): string =>
  `${GROUP.path}/team-${Math.floor(index / 100)}/service-${index}`;

export const projectAt = (estate: Estate, path: string): number | undefined => {
  const [, number] = /\/service-(\d{1,9})$/.exec(path) ?? [];
  const index = Number(number ?? Number.NaN);
  return index < estate.projects && projectPath(index) === path ? index : undefined;
};

/** A token by its place among all: `lineage` is project times tokens per project, plus the token's own number. */
export const tokenId = (lineage: number): number => FIRST_TOKEN + 2 * lineage + 1;

export const lineages = ({ projects, tokensPerProject }: Estate): number => projects * tokensPerProject;

/** Above every id that the estate has, whatever its size. */
export const firstNewToken = (estate: Estate): number => tokenId(lineages(estate)) + 1;

export const tokenName = (number: number): string => `pull-${number + 1}`;

export const projectOf = ({ tokensPerProject }: Estate, lineage: number): number =>
  Math.floor(lineage / tokensPerProject);

export const nameOf = ({ tokensPerProject }: Estate, lineage: number): string =>
  tokenName(lineage % tokensPerProject);

const isDue = (estate: Estate, lineage: number): boolean =>
  lineage % estate.tokensPerProject === 0 && projectOf(estate, lineage) < estate.due;

const storedAt = (estate: Estate, lineage: number): number => {
  const days = isDue(estate, lineage) ? DUE_AGE : 1 + ((lineage * 37) % HEALTHY_AGES);
  return estate.base - days * DAY - ((lineage * 7_919) % 86_400) * 1_000;
};

/** Less a part that differs from token to token, as the program's own choice does. */
export const expiresAt = (estate: Estate, lineage: number): number =>
  storedAt(estate, lineage) + LIFETIME - ((lineage * 131) % 600) * 1_000;

export interface SecretSeed {
  readonly name: string;
  readonly arn: string;
  readonly storedAt: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly current: string;
  readonly previous: string;
}

const REGION_ACCOUNT = "eu-west-1:123456789012";

export const secretName = (estate: Estate, lineage: number): string =>
  `gitlab/project/${projectPath(projectOf(estate, lineage))}/${nameOf(estate, lineage)}`;

/** With the six characters that AWS adds. */
export const arnOf = (estate: Estate, lineage: number): string =>
  `arn:aws:secretsmanager:${REGION_ACCOUNT}:secret:${secretName(estate, lineage)}-${lineage.toString(36).padStart(6, "0")}`;

export const lineageOfSecret = (estate: Estate, nameOrArn: string): number | undefined => {
  const [, path = "", number] =
    /gitlab\/project\/(.+)\/pull-(\d{1,6})(?:-[0-9a-z]{6})?$/.exec(nameOrArn) ?? [];
  const project = projectAt(estate, path);
  const own = Number(number) - 1;
  if (project === undefined || !(own >= 0 && own < estate.tokensPerProject)) return undefined;
  return project * estate.tokensPerProject + own;
};

export const secretSeed = (estate: Estate, lineage: number): SecretSeed => {
  const stored = new Date(storedAt(estate, lineage));
  const expires = new Date(expiresAt(estate, lineage));
  const target = { kind: "project", id: projectId(projectOf(estate, lineage)) } as const;
  const record = { at: stored, expires, existing: [], strays: [], leaked: false, undone: false };
  return {
    name: secretName(estate, lineage),
    arn: arnOf(estate, lineage),
    storedAt: stored.getTime(),
    tags: {
      team: "platform",
      "managed-by": "deploy-token-rotator",
      "deploy-token-rotator:lineage": encodeLineageTag(INSTANCE, target, nameOf(estate, lineage)),
      "deploy-token-rotator:rotation": encodeRecord(record),
    },
    current: encodeVersionId({ tokenId: tokenId(lineage), storedAt: stored, expiresAt: expires }),
    // The one before, whose token is long deleted: its id is one that no token has.
    previous: encodeVersionId({
      tokenId: tokenId(lineage) - 1,
      storedAt: new Date(stored.getTime() - 60 * DAY),
      expiresAt: new Date(expires.getTime() - 60 * DAY),
    }),
  };
};
