import { createHmac } from "node:crypto";
import type { Clock } from "../model/clock.ts";
import type { Digest, DigestItem, DoneItem } from "../model/digest.ts";
import type { Secret } from "../model/secret.ts";
import { cut } from "./cut.ts";
import { originOf, type SendPost } from "./post.ts";
import type { Receiver } from "./receiver.ts";
import type { WebhookDocument } from "./webhook-schema.ts";

export interface WebhookOptions {
  readonly url: () => Secret;
  /** Absent where nothing is signed. */
  readonly secret: (() => Secret) | undefined;
  readonly post: SendPost;
  readonly clock: Clock;
}

const DELIVERY_HEADER = "X-Deploy-Token-Rotator-Delivery";
const SIGNATURE_HEADER = "X-Deploy-Token-Rotator-Signature";

export const createWebhook = ({ url, secret, post, clock }: WebhookOptions): Receiver => ({
  address: () => {
    secret?.();
    return originOf(url());
  },
  send: ({ digest, id, signal }) => {
    const body = JSON.stringify(webhookDocument(digest, id));
    const signature = secret && { [SIGNATURE_HEADER]: sign(secret(), body, clock.now()) };
    return post({ url: url(), headers: { [DELIVERY_HEADER]: id, ...signature }, body, signal });
  },
  close: () => undefined,
});

/** The time is signed too, so that what was overheard is of no use later. */
export const sign = (secret: Secret, body: string, now: Date): string => {
  const seconds = Math.floor(now.getTime() / 1000);
  const hmac = createHmac("sha256", secret.reveal()).update(`${seconds}.${body}`, "utf8").digest("hex");
  return `t=${seconds},v1=${hmac}`;
};

const MAX_ITEMS = 500;
const MAX_MESSAGE = 2_000;

export const webhookDocument = (digest: Digest, id: string): WebhookDocument => ({
  version: 1,
  id,
  event: digest.event,
  at: digest.at.toISOString(),
  gitlab: digest.gitlab,
  severity: digest.severity,
  title: digest.title,
  counts: { ...digest.counts },
  items: digest.items.slice(0, MAX_ITEMS).map(itemDocument),
  itemsOmitted: Math.max(0, digest.items.length - MAX_ITEMS),
  doneCounts: { ...digest.doneCounts },
  done: digest.done.slice(0, MAX_ITEMS).map(doneDocument),
  doneOmitted: Math.max(0, digest.done.length - MAX_ITEMS),
});

const itemDocument = (item: DigestItem): WebhookDocument["items"][number] => ({
  change: item.change,
  severity: item.severity,
  kind: item.kind,
  reason: item.reason,
  errorCode: item.errorCode ?? null,
  target: targetDocument(item.target),
  token: item.token,
  tokenId: item.tokenId ?? null,
  expiresAt: item.expiresAt?.toISOString() ?? null,
  since: item.since.toISOString(),
  message: cut(item.message, MAX_MESSAGE),
});

const doneDocument = (item: DoneItem): WebhookDocument["done"][number] => ({
  action: item.action,
  reason: item.reason,
  target: targetDocument(item.target),
  token: item.token,
  tokenId: item.tokenId ?? null,
  newTokenId: item.newTokenId ?? null,
  expiresAt: item.expiresAt?.toISOString() ?? null,
});

const targetDocument = (target: DigestItem["target"]): WebhookDocument["items"][number]["target"] =>
  target === undefined ? null : { kind: target.kind, id: target.id ?? null, path: target.path };
