const HIDDEN = /(?! )[\p{C}\p{Z}]/gu;

/**
 * Names and paths are other people's text: control characters, escape sequences, bidi overrides, line breaks and
 * invisible characters are shown as `\u001b`. The notation is JSON's, so it changes no JSON document's meaning.
 */
export const safeText = (text: string): string => text.replaceAll(HIDDEN, escapeUnits);

const escapeUnits = (character: string): string =>
  Array.from({ length: character.length }, (_, index) => character.charCodeAt(index))
    .map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`)
    .join("");
