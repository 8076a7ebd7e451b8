import {
  Composer,
  type CST,
  type Document,
  Lexer,
  LineCounter,
  type ParsedNode,
  Parser,
  type YAMLError,
} from "yaml";
import type { TextProblem } from "./decode.ts";

export type ParsedYaml =
  | { readonly contents: ParsedNode | null; readonly lines: LineCounter; readonly problems?: never }
  | { readonly problems: readonly TextProblem[] };

// The parser recurses and gets slow with depth, long before the stack ends; a policy needs about ten levels.
const MAX_DEPTH = 60;
const MAX_LEXEMES = 300_000;
const MAX_ALIASES = 10_000;
const MAX_PROBLEMS = 20;

class Refusal extends Error {
  readonly offset: number;

  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

/** YAML 1.2 text to one document, within limits that hold whatever the text is. */
export const parseYaml = (text: string): ParsedYaml => {
  const lines = new LineCounter();
  // The library compares every key of a mapping with every other; we look for duplicates ourselves.
  const composer = new Composer({ version: "1.2", uniqueKeys: false, prettyErrors: false });
  const documents: Document.Parsed[] = [];
  try {
    documents.push(...composer.compose(guardedTokens(text, lines), true, text.length));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { problems: [located(text, error.offset, error.message)] };
  }
  const [document] = documents;
  const errors = [...(document?.errors ?? []), ...(document?.warnings ?? [])].filter(
    ({ code }) => code !== "TAG_RESOLVE_FAILED",
  );
  if (errors.length === 0) return { contents: document?.contents ?? null, lines };
  const problems = errors.map((error) => located(text, error.pos[0], explain(error)));
  // One slip makes the parser complain several times at one place: the first complaint is the one to read.
  const firsts = new Map(problems.toReversed().map((problem) => [problem.line, problem]));
  return { problems: [...firsts.values()].reverse().slice(0, MAX_PROBLEMS) };
};

function* guardedTokens(text: string, lines: LineCounter): Generator<CST.Token> {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  const guard = createTokenGuard();
  let [lexemes, aliases] = [0, 0];
  for (const lexeme of new Lexer().lex(text)) {
    lexemes += 1;
    if (lexemes > MAX_LEXEMES)
      throw new Refusal(parser.offset, "more than a policy can hold: split it into several files");
    if (lexeme.startsWith("*")) aliases += 1;
    if (aliases > MAX_ALIASES)
      throw new Refusal(parser.offset, "aliases that repeat far more than a policy holds");
    if (parser.stack.length > MAX_DEPTH) throw new Refusal(parser.offset, "nested far too deep for a policy");
    for (const token of parser.next(lexeme)) yield guard(token);
  }
  for (const token of parser.end()) yield guard(token);
}

const createTokenGuard = (): ((token: CST.Token) => CST.Token) => {
  let documents = 0;
  let errors = 0;
  return (token) => {
    if (token.type === "document") documents += 1;
    if (documents > 1)
      throw new Refusal(token.offset, "a second YAML document, expected one policy per file");
    if (token.type === "error") errors += 1;
    if (errors > MAX_PROBLEMS)
      throw new Refusal(token.offset, notYaml("message" in token ? token.message : ""));
    // `%YAML 1.1` would turn yes, off and 1:30 into other values.
    if (token.type === "directive" && !/^%YAML +1\.2\s*$/.test(token.source)) {
      throw new Refusal(token.offset, "a YAML directive that changes what values mean: remove the line");
    }
    return token;
  };
};

/** By the text itself: the library's counter has not seen the lines behind the place where it gave up. */
const located = (text: string, offset: number, message: string): TextProblem => {
  const before = text.slice(0, offset).split(/\r\n|\n/);
  return { line: before.length, column: (before.at(-1) ?? "").length + 1, message };
};

const notYaml = (message: string): string => `not valid YAML: ${message.split("\n")[0]}`;

const HINTS: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: "a tab as indentation, expected spaces",
  BLOCK_AS_IMPLICIT_KEY: 'not valid YAML: a second ": " on one line; quote the value if it contains one',
  BLOCK_IN_FLOW: "not valid YAML: inside braces and brackets a comma belongs between two entries",
  MULTILINE_IMPLICIT_KEY:
    'not valid YAML: a key stands on one line, with ": " behind it; is the space behind the colon missing?',
  BAD_ALIAS: "not valid YAML: a value that begins with * is read as an alias; quote it",
  RESOURCE_EXHAUSTION: "nested far too deep for a policy",
};

const explain = ({ code, message }: YAMLError): string => {
  if (code === "BAD_INDENT" && message.startsWith("All ")) {
    return "not valid YAML: this line's indentation differs from that of its neighbours";
  }
  if (code === "BAD_SCALAR_START") return `${notYaml(message)}: quote the value`;
  return HINTS[code] ?? notYaml(message);
};
