import { invalidParameter, markedForDeletion, notFound } from "./aws-error.ts";
import type { SeenSecret, StoredSecret } from "./state.ts";
import type { AwsTag } from "./tags.ts";
import type { Timeline } from "./timeline.ts";

/** The fields of every request that the simulator understands. */
export interface Input {
  readonly SecretId?: string;
  readonly SecretIdList?: readonly string[];
  readonly Name?: string;
  readonly Description?: string;
  readonly KmsKeyId?: string;
  readonly SecretString?: string;
  readonly SecretBinary?: string;
  readonly ClientRequestToken?: string;
  readonly VersionStages?: readonly string[];
  readonly VersionStage?: string;
  readonly VersionId?: string;
  readonly MoveToVersionId?: string;
  readonly RemoveFromVersionId?: string;
  readonly Tags?: readonly AwsTag[];
  readonly TagKeys?: readonly string[];
  readonly AddReplicaRegions?: readonly { readonly Region: string }[];
  readonly IncludeDeprecated?: boolean;
  readonly IncludePlannedDeletion?: boolean;
  readonly Filters?: readonly { readonly Key: string; readonly Values: readonly string[] }[];
  readonly MaxResults?: number;
  readonly NextToken?: string;
  readonly RecoveryWindowInDays?: number;
  readonly ForceDeleteWithoutRecovery?: boolean;
}

export interface Call {
  readonly timeline: Timeline;
  readonly region: string;
  readonly account: string;
  /** The time as of which reads see the world: earlier than now when they are stale. */
  readonly readAt: number;
  readonly input: Input;
}

export type Operation = (call: Call) => unknown;

export const seconds = (time: number): number => time / 1000;

export const readSecret = ({ timeline, region, input, readAt }: Call): SeenSecret => {
  const secret = timeline.find(region, input.SecretId ?? "", readAt);
  if (secret === undefined) throw notFound();
  return secret;
};

/** The secret that a write changes, always as it is now. */
export const writableSecret = ({ timeline, region, input }: Call): StoredSecret => {
  const seen = timeline.find(region, input.SecretId ?? "", timeline.now());
  if (seen === undefined) throw notFound();
  if (seen.isReplica) {
    throw invalidParameter(
      "Operation not permitted on a replica secret. Call must be made in primary secret's region.",
    );
  }
  if (seen.deletionAt !== undefined) throw markedForDeletion();
  const { primaryRegion: _primary, isReplica: _replica, ...secret } = seen;
  return secret;
};

export const page = <Item>(
  items: readonly Item[],
  input: Input,
): { readonly items: readonly Item[]; readonly NextToken: string | undefined } => {
  const size = input.MaxResults ?? 100;
  if (size < 1 || size > 100) throw invalidParameter("MaxResults must be between 1 and 100.");
  const start = input.NextToken === undefined ? 0 : Number(Buffer.from(input.NextToken, "base64").toString());
  if (!Number.isSafeInteger(start)) throw invalidParameter("NextToken is invalid.");
  const end = start + size;
  return {
    items: items.slice(start, end),
    NextToken: end < items.length ? Buffer.from(String(end)).toString("base64") : undefined,
  };
};
