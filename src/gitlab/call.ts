import type { Gate } from "../model/clock.ts";
import type { Target } from "../model/target.ts";

/** A request as people should read of it, and how often it may be sent. */
export interface Call {
  /** E.g. `POST /projects/{id}/deploy_tokens`. */
  readonly route: string;
  /** Whom it concerns, e.g. `project platform/api`. */
  readonly subject: string;
  /** `always` after any failure that may pass; `unprocessed` only when GitLab surely has not carried it out. */
  readonly repeat: "always" | "unprocessed";
  /** The role that GitLab wants to see. */
  readonly role?: "Maintainer" | "Owner";
  /** The scope that our own access token needs. */
  readonly scope?: "api" | "read_api";
  /** Asked right before each send. */
  readonly gate?: Gate;
}

/** All that we ask an answer's headers. */
export type AnswerHeaders = Pick<Headers, "get">;

export interface Answer {
  readonly status: number;
  readonly ok: boolean;
  /** As parsed, of an answer that is `ok`. */
  readonly data: unknown;
  /** As parsed, or as text, of one that is not. May be empty, so only `ok` tells. */
  readonly error: unknown;
  readonly headers: AnswerHeaders;
  readonly receivedAt: Date;
  /** Milliseconds between sending and receiving. */
  readonly roundTrip: number;
}

export const subjectOf = (target: Target): string => `${target.kind} ${target.path}`;

export const describeCall = (call: Call): string => `${call.route} for ${call.subject}`;

/** A request for a target's tokens, or for one of them. */
export const tokensCall = (method: string, target: Target, one: boolean): Call => ({
  route: `${method} /${target.kind}s/{id}/deploy_tokens${one ? "/{token_id}" : ""}`,
  subject: subjectOf(target),
  repeat: "always",
  // A group's maintainer may look, but not touch.
  role: target.kind === "group" && method !== "GET" ? "Owner" : "Maintainer",
  scope: method === "GET" ? "read_api" : "api",
});
