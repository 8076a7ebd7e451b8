const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** Most answers bear the same second as the one before. */
let last: { readonly text: string; readonly at: number | undefined } = { text: "", at: undefined };

/**
 * Only the one form that servers send today; `Date.parse` alone would also read a bare number. It takes the 31st of February
 * for the 3rd of March too, and a clock that is compared with ours must be read as it was written or not at all.
 */
export const parseHttpDate = (text: string | null): Date | undefined => {
  if (text === null) return undefined;
  if (text !== last.text) last = { text, at: read(text) };
  return last.at === undefined ? undefined : new Date(last.at);
};

const read = (text: string): number | undefined => {
  if (!HTTP_DATE.test(text)) return undefined;
  const date = new Date(text);
  return date.toUTCString() === text ? date.getTime() : undefined;
};
