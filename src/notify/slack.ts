import type { Digest } from "../model/digest.ts";
import type { Secret } from "../model/secret.ts";
import { dateTime } from "../model/words.ts";
import { cut, fitLines, type Line } from "./cut.ts";
import { type Entry, type Section, type Subject, sectionsOf } from "./entries.ts";
import { originOf, type SendPost } from "./post.ts";
import type { Receiver } from "./receiver.ts";
import { code, prose } from "./slack-text.ts";

export interface SlackOptions {
  /** Read for each digest, so that a file may change. */
  readonly url: () => Secret;
  readonly post: SendPost;
}

/** A Slack-compatible incoming webhook. */
export const createSlack = ({ url, post }: SlackOptions): Receiver => ({
  address: () => originOf(url()),
  send: ({ digest, signal }) =>
    post({ url: url(), headers: {}, body: JSON.stringify(slackMessage(digest)), signal }),
  close: () => undefined,
});

// Slack takes 50 blocks of 3,000 characters and cuts `text` at 40,000; Rocket.Chat takes 5,000.
const MAX_BLOCK = 3_000;
const MAX_BLOCKS = 45;
const MAX_TEXT = 4_000;
const MAX_SHOWN = 15_000;
const MAX_MESSAGE = 600;

/** `text` is the notification, and all that is shown by what knows no blocks. */
export const slackMessage = (digest: Digest): object => {
  const title = `deploy-token-rotator: ${digest.title}`;
  const about = `${code(digest.gitlab)} · ${dateTime(digest.at)}`;
  const lines = linesOf(digest);
  const short = withRest(fitLines(lines, MAX_TEXT - title.length - about.length - 100));
  const full = withRest(fitLines(lines, MAX_SHOWN));
  return {
    text: [`*${title}*`, about, ...short].join("\n"),
    blocks: [
      { type: "header", text: { type: "plain_text", text: cut(title, 150) } },
      { type: "context", elements: [mrkdwn(about)] },
      ...packed(full).map((text) => ({ type: "section", text: mrkdwn(text) })),
    ],
    // Nothing in it becomes a link, a mention or a preview by itself.
    parse: "none",
    link_names: false,
    unfurl_links: false,
    unfurl_media: false,
  };
};

const mrkdwn = (text: string) => ({ type: "mrkdwn", text, verbatim: true });

const linesOf = (digest: Digest): readonly Line[] =>
  sectionsOf(digest).flatMap((section) => [
    { text: `*${section.heading}*`, items: 0 },
    ...section.entries.map((entry) => ({ text: entryLine(entry, section), items: entry.items })),
  ]);

const withRest = ({ lines, leftOut }: ReturnType<typeof fitLines>): readonly string[] =>
  leftOut === 0 ? lines : [...lines, `… and ${leftOut} more: see \`deploy-token-rotator status\``];

const MARKS = { info: "🔵", warning: "🟡", critical: "🔴" } as const;
const FINE = "🟢";

const entryLine = (entry: Entry, { change }: Section): string => {
  const subjects = subjectsText(entry.subjects);
  const isFine = change === "cleared" || change === "done";
  const mark = isFine ? FINE : MARKS[entry.severity];
  if (change === "done") return `${mark} ${entry.items} ${entry.message}: ${subjects}`;
  if (change === "cleared")
    return `${mark} ${subjects === "" ? prose(cut(entry.message, MAX_MESSAGE)) : subjects} (was ${entry.codes})`;
  const message = prose(cut(entry.message, MAX_MESSAGE));
  if (entry.items > 1) return `${mark} ${entry.items} × ${entry.codes}: ${subjects}. For example: ${message}`;
  return `${mark} ${subjects === "" ? "" : `${subjects}: `}${message} (${entry.codes})`;
};

const FEW = 3;

const subjectsText = (subjects: readonly Subject[]): string => {
  const shown = subjects.slice(0, subjects.length > FEW + 1 ? FEW : FEW + 1).map(subjectText);
  const more = subjects.length - shown.length;
  return more > 0 ? `${shown.join(", ")} and ${more} more` : shown.join(", ");
};

const MAX_NAME = 200;

const subjectText = ({ target, token }: Subject): string => {
  const where = target === undefined ? "" : `${target.kind} ${code(cut(target.path, MAX_NAME))}`;
  const which = token === null ? "" : `token ${code(cut(token, MAX_NAME))}`;
  return [where, which].filter((part) => part !== "").join(" ");
};

/** Lines, as many to a block as it takes. */
const packed = (lines: readonly string[]): readonly string[] => {
  const blocks: string[] = [];
  let block = "";
  for (const line of lines.map((each) => cut(each, MAX_BLOCK))) {
    if (block !== "" && block.length + line.length + 1 > MAX_BLOCK) {
      blocks.push(block);
      block = "";
    }
    block = block === "" ? line : `${block}\n${line}`;
  }
  return [...blocks, block].filter((each) => each !== "").slice(0, MAX_BLOCKS);
};
