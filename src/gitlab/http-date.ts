const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** Only the one form that servers send today; `Date.parse` alone would also read a bare number. */
export const parseHttpDate = (text: string | null): Date | undefined => {
  if (text === null || !HTTP_DATE.test(text)) return undefined;
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? undefined : date;
};
