import { z } from "zod";
import type { AccessToken } from "../model/access-token.ts";
import { CONCERN_KINDS, type Concern, SEVERITIES } from "../model/digest.ts";

/** A concern as a receiver was told of it. */
export interface Told extends Concern {
  readonly since: Date;
}

export interface ReceiverMemory {
  readonly toldAt: Date | undefined;
  readonly open: readonly Told[];
}

/** What was told to whom. Losing it means that something is said twice, no more. */
export interface NotificationMemory {
  readonly accessToken: AccessToken | undefined;
  readonly receivers: ReadonlyMap<string, ReceiverMemory>;
}

export const NOTHING_TOLD: ReceiverMemory = { toldAt: undefined, open: [] };
export const EMPTY_MEMORY: NotificationMemory = { accessToken: undefined, receivers: new Map() };

const date = z.iso.datetime().transform((text) => new Date(text));
const text = z.string();

const told = z
  .object({
    key: text,
    fingerprint: text,
    severity: z.enum(SEVERITIES),
    kind: z.enum(CONCERN_KINDS),
    reason: text,
    errorCode: text.optional(),
    target: z
      .object({ kind: z.enum(["project", "group"]), id: z.int().optional(), path: text })
      .transform(({ kind, id, path }) => ({ kind, id, path }))
      .optional(),
    token: text.nullable(),
    tokenId: z.int().optional(),
    expiresAt: date.optional(),
    message: text,
    repeats: z.boolean(),
    since: date,
  })
  .transform(
    ({ errorCode, target, tokenId, expiresAt, ...rest }): Told => ({
      ...rest,
      errorCode,
      target,
      tokenId,
      expiresAt,
    }),
  );

const memory = z.object({
  version: z.literal(1),
  accessToken: z
    .object({
      id: z.int(),
      name: text,
      scopes: z.array(text),
      active: z.boolean(),
      expiresAt: date.optional(),
    })
    .transform(({ expiresAt, ...rest }): AccessToken => ({ ...rest, expiresAt }))
    .optional(),
  receivers: z.record(
    text,
    z
      .object({ toldAt: date.optional(), open: z.array(told) })
      .transform(({ toldAt, open }): ReceiverMemory => ({ toldAt, open })),
  ),
});

/** As one line of JSON. */
export const writeMemory = ({ accessToken, receivers }: NotificationMemory): string =>
  JSON.stringify({ version: 1, accessToken, receivers: Object.fromEntries(receivers) });

/** `undefined` for what is no memory of ours. */
export const readMemory = (json: string): NotificationMemory | undefined => {
  const { data } = memory.safeParse(parsed(json));
  return data && { accessToken: data.accessToken, receivers: new Map(Object.entries(data.receivers)) };
};

const parsed = (json: string): unknown => {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
};
