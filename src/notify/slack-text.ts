import { safeText } from "../model/words.ts";

/** Slack's own three. */
const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const BREAK = "\u200b";

/**
 * Prose with other people's text in it. Slack makes mentions and links of `<…>` only; what takes Slack's webhooks (Mattermost,
 * Rocket.Chat) also of `@all`, `~channel`, `https://` and `[text](url)`, which an invisible space takes apart.
 */
export const prose = (text: string): string =>
  escaped(safeText(text))
    .replaceAll("`", "'")
    .replaceAll(/[@#~](?=\S)|\w(?=:\/\/)|\bwww(?=\.)|[!\]](?=[[(])|[*_](?=[*_])/g, `$&${BREAK}`);

/** A name. Nothing in a code span means anything but itself. */
export const code = (text: string): string => `\`${escaped(safeText(text)).replaceAll("`", "'")}\``;
