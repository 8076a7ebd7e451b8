/** One request over the wire; one that is sent again counts again. */
export interface RequestSample {
  readonly system: "gitlab" | "aws";
  /** A template or an operation, never an id: `GET /projects/{id}/deploy_tokens`, `DescribeSecret`. */
  readonly route: string;
  /** Absent when no answer came. */
  readonly status: number | undefined;
  readonly seconds: number;
}

/** Told of what goes over the wire, for the metrics. Never throws, never waits. */
export interface Telemetry {
  request(sample: RequestSample): void;
  /** GitLab's rate limit holds everything up for so much longer; told as the wait begins. */
  rateLimitWait(seconds: number): void;
}
