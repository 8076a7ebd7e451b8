const LONGEST = 200;
/** Megabytes are not searched for what nobody is shown. */
const LOOKED_AT = 2_000;

/** Anything that looks like a token, whichever kind and prefix. */
const TOKEN = /\bgl[a-z]{2,8}-[\w.-]{20,}/g;

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

/** What GitLab itself says in either of its two shapes; nothing of what a proxy says. */
export const gitLabMessage = (body: unknown): string | undefined => {
  const { message, error, error_description: description } = record(body);
  const said = text(message) ?? text(record(message)["error"]) ?? text(description) ?? text(error);
  return said === undefined ? undefined : tidy(said);
};

export const errorCode = (body: unknown): string | undefined => text(record(body)["error"]);

export const neededScopes = (body: unknown): string | undefined => {
  const scope = text(record(body)["scope"]);
  return scope && tidy(scope);
};

const tidy = (said: string): string => {
  const line = said
    .slice(0, LOOKED_AT)
    // Half a token would not look like one.
    .replace(said.length > LOOKED_AT ? /[\w.-]+$/ : "", "")
    .replaceAll(TOKEN, "[secret]")
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal would obey them
    .replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, escapeCharacter)
    .trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
};

const escapeCharacter = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
