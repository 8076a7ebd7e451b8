import { z } from "zod";
import { CURRENT, PREVIOUS } from "../model/names.ts";

const time = z.iso.datetime();

const schema = z.strictObject({
  format: z.literal("deploy-token-rotator/1"),
  name: z.string(),
  tags: z.record(z.string(), z.string()),
  lastChangedAt: time,
  versions: z.array(
    z.strictObject({
      id: z.string(),
      labels: z.array(z.string()),
      createdAt: time,
      /** Only while the version has a label. */
      value: z.string().optional(),
    }),
  ),
});

/** One secret as its file holds it, newest version first. */
export type FileDocument = z.infer<typeof schema>;

const KEPT_UNLABELLED = 100;

export const emptyDocument = (
  name: string,
  tags: Readonly<Record<string, string>>,
  now: Date,
): FileDocument => ({
  format: "deploy-token-rotator/1",
  name,
  tags: { ...tags },
  lastChangedAt: now.toISOString(),
  versions: [],
});

/** `undefined` for a text that is not a whole document. What is wrong with it is not told: it may be a value. */
export const parseDocument = (text: string): FileDocument | undefined => {
  try {
    const document = schema.safeParse(JSON.parse(text));
    return document.success && hasConsistentLabels(document.data) ? document.data : undefined;
  } catch {
    return undefined;
  }
};

export const renderDocument = (document: FileDocument): string => `${JSON.stringify(document, null, 2)}\n`;

export const withTags = (
  document: FileDocument,
  tags: Readonly<Record<string, string>>,
  now: Date,
): FileDocument => ({
  ...document,
  tags: { ...document.tags, ...tags },
  lastChangedAt: now.toISOString(),
});

export interface FileVersion {
  readonly id: string;
  readonly value: string;
  readonly now: Date;
}

/** `AWSCURRENT` and `AWSPREVIOUS` move as in Secrets Manager; what loses its last label loses its value too. */
export const withVersion = (document: FileDocument, { id, value, now }: FileVersion): FileDocument => {
  const at = now.toISOString();
  const demoted = document.versions.map(({ value: kept, ...version }) => {
    const labels = version.labels
      .filter((label) => label !== PREVIOUS)
      .map((label) => (label === CURRENT ? PREVIOUS : label));
    return labels.length > 0 && kept !== undefined
      ? { ...version, labels, value: kept }
      : { ...version, labels };
  });
  return {
    ...document,
    lastChangedAt: at,
    versions: prune([{ id, labels: [CURRENT], createdAt: at, value }, ...demoted]),
  };
};

const prune = (versions: FileDocument["versions"]): FileDocument["versions"] => {
  let unlabelled = 0;
  return versions.filter(({ labels }) => {
    if (labels.length > 0) return true;
    unlabelled += 1;
    return unlabelled <= KEPT_UNLABELLED;
  });
};

/** A label sits on one version, and an id names one. */
const hasConsistentLabels = ({ versions }: FileDocument): boolean => {
  const labels = versions.flatMap((version) => version.labels);
  const ids = versions.map((version) => version.id);
  return new Set(labels).size === labels.length && new Set(ids).size === ids.length;
};
