import picomatch from "picomatch";

export type Matcher = (text: string) => boolean;

// A regular expression with n stars takes up to length^n steps on a name that its owner chose to be
// awkward: three stay within milliseconds, five take seconds.
const MAX_STARS = 3;
const MAX_BRACES = 4;
const MAX_LENGTH = 512;

// `debug` makes picomatch throw on a glob that it cannot compile, where it would otherwise match nothing.
const STRICT = {
  dot: true,
  noextglob: true,
  nonegate: true,
  strictBrackets: true,
  strictSlashes: true,
  fastpaths: false,
  debug: true,
} as const;

/** A glob over token names: `*` is any text, `/` and leading dots too. */
export const compileNameGlob = (pattern: string): Matcher =>
  compile(pattern.replaceAll(/\*+/g, "*"), { ...STRICT, bash: true, flags: "s" });

/** A glob over full paths: `*` stays within a segment, `**` does not. GitLab's paths know no case. */
export const compilePathGlob = (pattern: string): Matcher => compile(pattern, { ...STRICT, nocase: true });

/** Why a glob is refused, or `undefined` for a good one. */
export const globProblem = (
  pattern: string,
  compileGlob: typeof compileNameGlob | typeof compilePathGlob,
): string | undefined => {
  if (pattern === "") return "a glob";
  if (pattern.length > MAX_LENGTH) return `at most ${MAX_LENGTH} characters`;
  if (pattern.startsWith("!")) return 'no leading "!": what is not listed is not matched anyway';
  if ((pattern.match(/\*+/g) ?? []).length > MAX_STARS) return `at most ${MAX_STARS} stars`;
  if ((pattern.match(/\{/g) ?? []).length > MAX_BRACES) return `at most ${MAX_BRACES} brace groups`;
  const dialect = dialectProblem(pattern);
  if (dialect !== undefined) return dialect;
  try {
    compileGlob(pattern);
    return undefined;
  } catch (error) {
    return bracketProblem(error instanceof Error ? error.message : "");
  }
};

/** What other tools would read as more than what stands there, and what is not finished. */
const dialectProblem = (pattern: string): string | undefined => {
  const bare = pattern.replaceAll(/\\./gs, "x");
  if (bare.endsWith("\\")) return 'a character behind the "\\" at the end';
  const [group] = /[?*+@!]\(/.exec(bare) ?? [];
  if (group !== undefined)
    return `no "${group}": extended globs are not known; write "\\(" for a parenthesis that stands there`;
  if (/\[:\w*:\]/.test(bare)) return "character ranges such as [a-z], not classes such as [:alpha:]";
  const braces = bare.replaceAll(/\[[^\]]*\]/g, "x");
  if (/\{[^{},]*\}|\{[^{}]*\.\.[^{}]*\}/.test(braces))
    return 'braces that list words, as in {a,b}; write "\\{" and "\\}" for braces that stand there';
  return /^[^{]*\}/.test(braces)
    ? 'each bracket to have its partner (the opening "{" is missing)'
    : undefined;
};

const bracketProblem = (message: string): string => {
  const [, side, bracket] = /^Missing (opening|closing): "(.)"/.exec(message) ?? [];
  return side === undefined
    ? "character ranges that run upwards, e.g. [a-z]"
    : `each bracket to have its partner (the ${side} "${bracket}" is missing)`;
};

const compile = (pattern: string, options: picomatch.PicomatchOptions): Matcher => {
  const expression = picomatch.makeRe(plainDialect(pattern), options);
  return (text) => expression.test(text);
};

// picomatch passes these characters on to the regular expression, but token names hold them as they are. What
// stays special is what the README names: * ? [abc] [!abc] {a,b} and \ before any of them.
const plainDialect = (pattern: string): string =>
  pattern
    .replaceAll(/\\.|\[!|[()|+@^$"]/gs, (text) => {
      if (text === "[!") return "[^";
      return text.length === 2 ? text : `\\${text}`;
    })
    .replace(/^\.\//, "\\./");
