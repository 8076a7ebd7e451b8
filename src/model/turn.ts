/** Resolves when the caller may send one request, by a pace that several processes may share. */
export type Turn = () => Promise<void>;

/** The kinds of writes that AWS Secrets Manager counts apart: 50 a second of each in an account and region. */
export type WriteKind = "create" | "tag" | "put";

/** Resolves when the caller may send one write of that kind. */
export type WritePace = (kind: WriteKind) => Promise<void>;
