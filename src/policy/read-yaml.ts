import { isMap, isScalar, isSeq, type Node } from "yaml";
import type { PolicyIssue } from "../model/errors.ts";
import { decodePolicy, type TextProblem } from "./decode.ts";
import { type DocumentPath, type Finding, formatPath, quote } from "./document-path.ts";
import { type Place, toPlainData } from "./plain-data.ts";
import { parseYaml } from "./yaml-document.ts";

/** A file that is YAML, whatever else is wrong with it. */
export interface PolicyDocument {
  readonly data: unknown;
  readonly issues: readonly PolicyIssue[];
  /** Where the issues are. */
  readonly wrong: readonly DocumentPath[];
  /** The value as it stands in the file, e.g. `90`, `"90"`, `a list`; `undefined` where nothing stands. */
  found(path: DocumentPath): string | undefined;
  position(path: DocumentPath): Pick<PolicyIssue, "line" | "column">;
  issue(finding: Finding): PolicyIssue;
}

export type ReadResult =
  | { readonly document: PolicyDocument; readonly issues?: never }
  | { readonly issues: readonly PolicyIssue[]; readonly document?: never };

export const readYaml = (file: string, bytes: Uint8Array): ReadResult => {
  const decoded = decodePolicy(bytes);
  if (decoded.problem !== undefined) return { issues: [textIssue(file, decoded.problem)] };
  const parsed = parseYaml(decoded.text);
  if (parsed.problems !== undefined) {
    return { issues: parsed.problems.map((problem) => textIssue(file, problem)) };
  }
  const { data, places, problems, stopped } = toPlainData(parsed.contents, decoded.text);
  const position = (offset: number): Pick<PolicyIssue, "line" | "column"> => {
    const { line, col } = parsed.lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const offset = (path: DocumentPath, at?: "key"): number => {
    const place = nearestPlace(places, path);
    return (at === "key" ? place?.key : undefined) ?? place?.value ?? 0;
  };
  const issues = problems.map(({ path, message, offset }) => ({
    file,
    ...position(offset),
    path: formatPath(path),
    message,
  }));
  if (stopped) return { issues };
  const document: PolicyDocument = {
    data,
    issues,
    wrong: problems.map(({ path }) => path),
    found: (path) => describe(places.get(formatPath(path))?.node),
    position: (path) => position(offset(path)),
    issue: ({ path, message, at }) => ({
      file,
      ...position(offset(path, at)),
      path: formatPath(path),
      message,
    }),
  };
  return { document };
};

const textIssue = (file: string, problem: TextProblem): PolicyIssue => ({ file, path: "", ...problem });

/** What is missing is located at the nearest thing around it that is there. */
const nearestPlace = (places: ReadonlyMap<string, Place>, path: DocumentPath): Place | undefined => {
  for (let length = path.length; length >= 0; length -= 1) {
    const place = places.get(formatPath(path.slice(0, length)));
    if (place !== undefined) return place;
  }
  return undefined;
};

const describe = (node: Node | undefined): string | undefined => {
  if (isSeq(node)) return node.items.length === 0 ? "an empty list" : "a list";
  if (isMap(node)) return node.items.length === 0 ? "an empty mapping" : "a mapping";
  if (!isScalar(node) || node.value === null) return undefined;
  return typeof node.value === "string"
    ? quote(withoutCredentials(node.value))
    : (node.source ?? String(node.value));
};

/** A policy holds no secrets, but people paste: what looks like one is not repeated in a message. */
const withoutCredentials = (text: string): string =>
  text
    .replaceAll(/\/\/[^/@]*@/g, "//[hidden]@")
    .replaceAll(/\bgl[a-z]{1,10}-[\w.-]{16,}/g, "[hidden]")
    .replaceAll(/\b(hooks\.[\w.-]+|[\w.-]+\/hooks)\/\S+/g, "$1/[hidden]");
