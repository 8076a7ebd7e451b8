export type DocumentPath = readonly (string | number)[];

/** Something wrong at a place in the document, found before lines and columns are looked up. */
export interface Finding {
  readonly path: DocumentPath;
  readonly message: string;
  /** Where the key itself is wrong, not what it holds. */
  readonly at?: "key";
}

/** `projects[0].tokens[1].lifetime`; keys that are no plain words are quoted. */
export const formatPath = (path: DocumentPath): string => path.reduce<string>(appendToPath, "");

export const appendToPath = (path: string, step: string | number): string => {
  if (typeof step === "number") return `${path}[${step}]`;
  if (!/^[A-Za-z_][\w-]{0,63}$/.test(step)) return `${path}[${quote(step)}]`;
  return path === "" ? step : `${path}.${step}`;
};

const MAX_SHOWN = 80;

/** Text of the user's in quotes, shortened. */
export const quote = (text: string): string =>
  JSON.stringify(text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text);
