import type { RecordSeen } from "./lineages.ts";

export type Kind =
  | "read"
  | "ensure"
  | "record"
  | "create"
  | "verify"
  /** A file of the store is being written, whatever for. */
  | "write"
  | "put"
  | "delete";

/** A step of the protocol as it was seen from outside. */
export interface Happening {
  readonly at: number;
  readonly kind: Kind;
  readonly phase: "arrived" | "committed" | "refused";
  /** Absent where it was seen in the store's folder: whoever is alive may have done it. */
  readonly child: string | undefined;
  readonly secret: string | undefined;
  readonly tokenId?: number | undefined;
  readonly record?: RecordSeen | undefined;
  /** How old, in milliseconds, what AWS answered was at most: when the child last asked about the secret. */
  readonly askedAt?: number | undefined;
}

/** A token that the program made. */
export interface Made {
  readonly id: number;
  readonly secret: string | undefined;
  readonly by: string;
  readonly at: number;
  readonly expires: number;
}

/** AWSCURRENT moved to the version that names this token. */
export interface Put {
  readonly secret: string;
  readonly tokenId: number;
  readonly at: number;
}

/** Everything that was seen, for the invariants and for whoever has to understand a violation. */
export interface Chronicle {
  readonly happenings: Happening[];
  readonly made: Map<number, Made>;
  /** By whom the program's deletions were asked for. */
  readonly deleters: Map<number, string>;
  /** When each child was started, and when it was gone. */
  readonly lives: Map<string, { readonly from: number; until: number | undefined }>;
  note(text: string): void;
  /** The last lines that name the secret or the token, and all kills and freezes among them. */
  tell(subject: { readonly secret?: string | undefined; readonly tokenId?: number | undefined }): string;
}

interface Line {
  readonly at: number;
  readonly text: string;
  readonly happening: Happening | undefined;
}

const MOST_LINES = 80;

const describe = ({ kind, phase, child, secret, tokenId, record }: Happening): string =>
  [
    child ?? "-",
    kind,
    phase,
    secret ?? "",
    tokenId === undefined ? "" : `token ${tokenId}`,
    record === undefined
      ? ""
      : `expires=${new Date(record.expires).toISOString()}${record.undone ? " undone" : ""}`,
  ]
    .filter(Boolean)
    .join(" ");

export const createChronicle = (): Chronicle => {
  const happenings: Happening[] = [];
  const notes: Line[] = [];
  return {
    happenings,
    made: new Map(),
    deleters: new Map(),
    lives: new Map(),
    note: (text) => void notes.push({ at: Date.now(), text, happening: undefined }),
    tell: ({ secret, tokenId }) => {
      const concerned = happenings.filter(
        (each) =>
          !["read", "verify", "write"].includes(each.kind) &&
          ((secret !== undefined && each.secret === secret) ||
            (tokenId !== undefined && each.tokenId === tokenId)),
      );
      // Around what happened to the token, if it is about one.
      const about = concerned.findIndex((each) => each.tokenId === tokenId && tokenId !== undefined);
      const shown = about < 0 ? concerned.slice(-40) : concerned.slice(Math.max(0, about - 12), about + 28);
      const from = (shown[0]?.at ?? 0) - 1;
      const until = (shown.at(-1)?.at ?? 0) + 1_000;
      const lines: Line[] = [
        ...shown.map((happening) => ({ at: happening.at, text: describe(happening), happening })),
        ...notes,
      ];
      return lines
        .filter(({ at }) => at >= from && at <= until)
        .sort((one, other) => one.at - other.at)
        .slice(0, MOST_LINES)
        .map(({ at, text }) => `    ${new Date(at).toISOString().slice(11, 23)} ${text}`)
        .join("\n");
    },
  };
};
