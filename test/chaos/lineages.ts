/** A lineage of the policy, and how its tokens made by hand are to be treated. */
export interface Lineage {
  readonly secret: string;
  readonly kind: "project" | "group";
  readonly path: string;
  readonly targetId: number;
  readonly token: string;
  /** `report`: never touched. Otherwise when one may go once it is replaced. */
  readonly existing: "report" | "expiry" | "duration";
}

export const secretName = (kind: string, path: string, token: string): string =>
  `chaos/${kind}/${path}/${token}`;

/** What a version id, or a record, says. Read here on our own: the program's decoder is what is under test. */
export const tokenOfVersion = (versionId: string): number | undefined => {
  const [, id] = /^deploy-token-(\d{10,})-\d{8}T\d{6}Z-\d{8}T\d{6}Z$/.exec(versionId) ?? [];
  return id === undefined ? undefined : Number(id);
};

export interface RecordSeen {
  readonly at: number;
  readonly expires: number;
  readonly undone: boolean;
}

export const readRecord = (tag: string | undefined): RecordSeen | undefined => {
  const [, at, expires] = /^at=(\S+) expires=(\S+)/.exec(tag ?? "") ?? [];
  if (at === undefined || expires === undefined) return undefined;
  return { at: Date.parse(at), expires: Date.parse(expires), undone: / undone\b/.test(tag ?? "") };
};

export const ROTATION = "deploy-token-rotator:rotation";
export const LINEAGE = "deploy-token-rotator:lineage";
