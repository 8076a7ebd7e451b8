/** A request as it arrived; `status` and `errorName` tell how it was answered. */
export interface LoggedRequest {
  readonly operation: string;
  readonly secretId: string | undefined;
  readonly region: string;
  readonly at: Date;
  /** Without the value. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Of the raw bytes, so that two attempts can be compared without keeping a value. */
  readonly digest: string;
  /** Absent while the answer is out, and for one that never left. */
  status?: number;
  errorName?: string;
}
