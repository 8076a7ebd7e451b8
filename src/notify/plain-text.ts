import type { Digest } from "../model/digest.ts";
import { dateTime, safeText } from "../model/words.ts";
import { cut, fitLines } from "./cut.ts";
import { type Entry, type Section, type Subject, sectionsOf } from "./entries.ts";

const MAX_MESSAGE = 1_000;
const MAX_NAME = 300;
const SHOWN = 20;

/** A digest as a mail shows it, of at most so many UTF-16 units. */
export const plainText = (digest: Digest, max: number): string => {
  const head = [`${digest.title}.`, `GitLab: ${safeText(digest.gitlab)}, ${dateTime(digest.at)}`];
  const lines = sectionsOf(digest).flatMap((section) => [
    { text: `\n${section.heading}`, items: 0 },
    ...section.entries.map((entry) => ({ text: entryText(entry, section), items: entry.items })),
  ]);
  const { lines: kept, leftOut } = fitLines(lines, max - 1_000);
  const rest = leftOut === 0 ? [] : [`\n... and ${leftOut} more: see \`deploy-token-rotator status\``];
  return [...head, ...kept, ...rest, ""].join("\n");
};

const entryText = (entry: Entry, { change }: Section): string => {
  const subjects = entry.subjects.map(subjectText);
  const message = safeText(cut(entry.message, MAX_MESSAGE));
  if (change === "done") return listed(`- ${entry.items} ${message}:`, subjects);
  const single = subjects.length === 1 ? `${subjects[0]}: ` : "";
  if (change === "cleared")
    return subjects.length === 0 ? `- ${message}` : listed(`- no longer ${entry.codes}:`, subjects);
  const label = `- [${entry.severity}] `;
  if (subjects.length < 2) return `${label}${single}${message} (${entry.codes})`;
  return listed(`${label}${entry.items} times ${entry.codes}, for example: ${message}`, subjects);
};

const listed = (head: string, subjects: readonly string[]): string => {
  const more = subjects.length - SHOWN;
  return [
    head,
    ...subjects.slice(0, SHOWN).map((subject) => `    ${subject}`),
    ...(more > 0 ? [`    and ${more} more`] : []),
  ].join("\n");
};

const subjectText = ({ target, token }: Subject): string =>
  [
    target === undefined ? "" : `${target.kind} ${safeText(cut(target.path, MAX_NAME))}`,
    token === null ? "" : `token ${safeText(cut(token, MAX_NAME))}`,
  ]
    .filter((part) => part !== "")
    .join(", ");
