/** A statement that stands differently in GitLab's own description and in ours. */
export interface Difference {
  readonly statement: string;
  readonly theirs: string | undefined;
  readonly ours: string | undefined;
}

interface Intended {
  readonly reason: string;
  readonly covers: (difference: Difference) => boolean;
}

const weaker = (text: string | undefined): string => text?.replace(/^required/, "optional") ?? "";

/** Where we say something else on purpose: in each case GitLab's description says less than its servers do. */
export const INTENDED: readonly Intended[] = [
  {
    reason: "the field is always there, and GitLab requires nothing of its answers",
    covers: ({ statement, theirs, ours }) =>
      / 20[01] \.(?:id|name|username|revoked|expired|token)$/.test(statement) && weaker(ours) === theirs,
  },
  {
    reason: "null for a token that never expires, and always there",
    covers: ({ statement, theirs, ours }) =>
      / 20[01] \.expires_at$/.test(statement) && weaker(ours) === `${theirs} or null`,
  },
  {
    reason: "GitLab leaves out what the list holds, and it is always there",
    covers: ({ statement, theirs, ours }) =>
      / 20[01] \.scopes$/.test(statement) &&
      theirs === "optional array" &&
      ours === "required array of string",
  },
  {
    reason: "an id and an encoded path are both taken, and the older description names one of them",
    covers: ({ statement, theirs, ours }) =>
      / path id$/.test(statement) &&
      /^required (?:integer|string)$/.test(theirs ?? "") &&
      ours === "required integer|string",
  },
  {
    reason: "null means absent there, which only the newer description says",
    covers: ({ statement, theirs, ours }) =>
      / body \.(?:expires_at|username)$/.test(statement) && ours === `${theirs} or null`,
  },
  {
    reason: "a name of null runs into the database's NOT NULL, so it is never to be sent",
    covers: ({ statement, theirs, ours }) => / body \.name$/.test(statement) && theirs === `${ours} or null`,
  },
  {
    reason: "a query cannot hold null",
    covers: ({ statement, theirs, ours }) => / query active$/.test(statement) && theirs === `${ours} or null`,
  },
];
