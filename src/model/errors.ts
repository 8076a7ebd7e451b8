/** The outcome of a request that failed: surely not carried out, or nobody knows. */
export type FailedOutcome = "refused" | "unknown";

export type RotatorErrorCode =
  | "ERR_SETTINGS_INVALID"
  | "ERR_POLICY_INVALID"
  | "ERR_REQUEST_INVALID"
  | "ERR_DEADLINE_PASSED"
  | "ERR_STOPPED"
  | "ERR_TOKEN_REJECTED"
  | "ERR_TOKEN_DIFFERS"
  | "ERR_STRAY_TOKEN"
  | "ERR_PUT_UNKNOWN"
  | "ERR_KEPT_FROM_ROTATING"
  | "ERR_NOTIFICATION_FAILED"
  | "ERR_INTERNAL"
  | GitLabErrorCode
  | SecretStoreErrorCode;

export type GitLabErrorCode =
  | "ERR_GITLAB_UNAUTHORIZED"
  | "ERR_GITLAB_FORBIDDEN"
  | "ERR_GITLAB_NOT_FOUND"
  | "ERR_GITLAB_INVALID"
  | "ERR_GITLAB_RATE_LIMITED"
  | "ERR_GITLAB_UNAVAILABLE"
  | "ERR_GITLAB_RESPONSE_INVALID";

export type SecretStoreErrorCode =
  | "ERR_SECRET_NOT_FOUND"
  | "ERR_SECRET_ACCESS_DENIED"
  | "ERR_SECRET_CREDENTIALS"
  | "ERR_SECRET_INVALID"
  | "ERR_SECRET_UNAVAILABLE"
  | "ERR_SECRET_THROTTLED";

/** Everything that we throw on purpose. Messages are for people and never hold a secret. */
export abstract class RotatorError extends Error {
  abstract readonly code: RotatorErrorCode;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The environment is wrong (exit 78). The message lists everything that is. */
export class SettingsError extends RotatorError {
  readonly code = "ERR_SETTINGS_INVALID";
}

/** What a person asked for cannot be: the command was given wrongly (exit 64). */
export class RequestError extends RotatorError {
  readonly code = "ERR_REQUEST_INVALID";
}

/** One thing wrong in rotation.yaml. */
export interface PolicyIssue {
  readonly file: string;
  /** Both from 1; both 1 where the text as a whole is meant. */
  readonly line: number;
  readonly column: number;
  /** In the document, e.g. `projects[0].tokens[1].scopes`; empty for the document itself. */
  readonly path: string;
  /** What was found, what was expected and, where it is known, what to do. One line. */
  readonly message: string;
}

/** The policy is wrong (exit 78): all of its issues at once. */
export class PolicyError extends RotatorError {
  readonly code = "ERR_POLICY_INVALID";
  readonly issues: readonly PolicyIssue[];

  constructor(issues: readonly PolicyIssue[]) {
    super(`the policy is invalid: ${issues.length} ${issues.length === 1 ? "issue" : "issues"}`);
    this.issues = issues;
  }
}

export class GitLabError extends RotatorError {
  readonly code: GitLabErrorCode;
  readonly status: number | undefined;
  /** The route's template, e.g. `POST /projects/{id}/deploy_tokens`. */
  readonly route: string;
  readonly outcome: FailedOutcome;
  /** The id of a project that no longer lives at the path asked for. */
  readonly movedTo: number | undefined;

  constructor(
    message: string,
    details: ErrorOptions & {
      readonly code: GitLabErrorCode;
      readonly route: string;
      readonly status?: number | undefined;
      readonly movedTo?: number | undefined;
      readonly outcome: FailedOutcome;
    },
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = details.code;
    this.status = details.status;
    this.route = details.route;
    this.movedTo = details.movedTo;
    this.outcome = details.outcome;
  }
}

export type SecretStoreStep = "list" | "describe" | "versions" | "ensure" | "record" | "put";

export class SecretStoreError extends RotatorError {
  readonly code: SecretStoreErrorCode;
  /** The secret's name or ARN; absent for `list`. */
  readonly secretId: string | undefined;
  readonly step: SecretStoreStep;
  readonly outcome: FailedOutcome;

  constructor(
    message: string,
    details: ErrorOptions & {
      readonly code: SecretStoreErrorCode;
      readonly step: SecretStoreStep;
      readonly secretId?: string | undefined;
      readonly outcome: FailedOutcome;
    },
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = details.code;
    this.secretId = details.secretId;
    this.step = details.step;
    this.outcome = details.outcome;
  }
}

/** The token does not log in although GitLab has just made it. */
export class VerificationError extends RotatorError {
  readonly code = "ERR_TOKEN_REJECTED";
}

/** Thrown by a gate: what was about to be sent must not leave any more. */
export class DeadlineError extends RotatorError {
  readonly code = "ERR_DEADLINE_PASSED";
}

/** The process was asked to stop before this step. */
export class StoppedError extends RotatorError {
  readonly code = "ERR_STOPPED";
}

/** A step of a rotation failed in a way that has no foreign error behind it. */
export class RotationError extends RotatorError {
  readonly code: "ERR_TOKEN_DIFFERS" | "ERR_STRAY_TOKEN" | "ERR_PUT_UNKNOWN";

  constructor(code: RotationError["code"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A receiver did not take a digest. The message holds no part of its URL beyond the host. */
export class NotificationError extends RotatorError {
  readonly code = "ERR_NOTIFICATION_FAILED";
  /** Whether sending it again may help. */
  readonly mayPass: boolean;
  /** How long the receiver asks us to wait, in milliseconds. */
  readonly wait: number | undefined;

  constructor(message: string, details: { readonly mayPass: boolean; readonly wait?: number | undefined }) {
    super(message);
    this.mayPass = details.mayPass;
    this.wait = details.wait;
  }
}
