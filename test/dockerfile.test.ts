import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const DOCKERFILE = readFileSync(new URL("../Dockerfile", import.meta.url), "utf8");
const IGNORE = readFileSync(new URL("../.dockerignore", import.meta.url), "utf8");

interface Instruction {
  readonly name: string;
  readonly rest: string;
}

const instructions = (text: string): Instruction[] =>
  text
    .split("\n")
    .filter((line) => !line.trimStart().startsWith("#"))
    .join("\n")
    .replaceAll(/\\\n/g, " ")
    .split("\n")
    .map((line) => /^(\w+)\s+(.*)$/.exec(line.trim()))
    .flatMap((match) => (match ? [{ name: (match[1] ?? "").toUpperCase(), rest: match[2] ?? "" }] : []));

/** One rule each, in the spirit of hadolint: what is wrong, or nothing. */
const RULES: readonly ((found: readonly Instruction[]) => string | undefined)[] = [
  (found) =>
    problem(
      all(found, "FROM").some((rest) => !/\sAS\s+\S+$/i.test(rest)),
      "a stage has no name",
    ),
  (found) =>
    problem(
      all(found, "FROM").some((rest) => !/^\$\{NODE_IMAGE\} /.test(rest)),
      "a base image is not the build argument",
    ),
  (found) =>
    problem(
      !all(found, "ARG").some((rest) => /^NODE_IMAGE=node:\d+-[a-z]+-slim$/.test(rest)),
      "NODE_IMAGE has no pinned default",
    ),
  (found) =>
    problem(
      found.some(({ rest }) => /:latest\b/.test(rest)),
      "uses latest",
    ),
  (found) => problem(all(found, "ADD").length > 0, "uses ADD"),
  (found) =>
    problem(
      all(found, "RUN").some((rest) => /\bsudo\b/.test(rest)),
      "uses sudo",
    ),
  (found) =>
    problem(
      all(found, "RUN").some((rest) => /\bcd\s/.test(rest)),
      "uses cd where WORKDIR belongs",
    ),
  (found) =>
    problem(
      all(found, "RUN").some((rest) => /npm (install|i)\b/.test(rest)),
      "installs what no lock file says",
    ),
  (found) =>
    problem(
      all(found, "COPY").some((rest) => /(^|\s)\.\/?\s+\S+$/.test(rest)),
      "copies the whole folder",
    ),
  (found) =>
    problem(
      all(found, "WORKDIR").some((rest) => !rest.startsWith("/")),
      "a WORKDIR is relative",
    ),
  (found) =>
    problem(
      found.some(
        ({ name, rest }) => (name === "ARG" || name === "ENV") && /(TOKEN|SECRET|PASSWORD)\w*=/.test(rest),
      ),
      "a credential is built in",
    ),
  (found) => problem(!/^[1-9]\d*:[1-9]\d*$/.test(last(found, "USER")), "USER is not a number, or is root"),
  (found) => problem(!/^\["node", "\//.test(last(found, "ENTRYPOINT")), "ENTRYPOINT is not in exec form"),
  (found) => problem(!/^\[".*"\]$/.test(last(found, "CMD")), "CMD is not in exec form"),
  (found) => problem(last(found, "STOPSIGNAL") !== "SIGTERM", "STOPSIGNAL is not SIGTERM"),
  (found) =>
    problem(
      finalStage(found).some(({ name }) => name === "RUN"),
      "the last stage leaves caches",
    ),
];

const problem = (isWrong: boolean, what: string): string | undefined => (isWrong ? what : undefined);

const all = (found: readonly Instruction[], name: string): string[] =>
  found.filter((instruction) => instruction.name === name).map(({ rest }) => rest);

const finalStage = (found: readonly Instruction[]): readonly Instruction[] =>
  found.slice(found.findLastIndex(({ name }) => name === "FROM"));

const last = (found: readonly Instruction[], name: string): string =>
  all(finalStage(found), name).at(-1) ?? "";

const problems = (text: string): string[] =>
  RULES.map((rule) => rule(instructions(text))).filter((what) => what !== undefined);

describe("the Dockerfile", () => {
  test("breaks no rule", () => {
    expect(problems(DOCKERFILE)).toEqual([]);
  });

  test.each([
    [" AS build", "", "a stage has no name"],
    ["NODE_IMAGE} AS build", "OTHER} AS build", "a base image is not the build argument"],
    ["=node:24-bookworm-slim\n", "=node:slim\n", "NODE_IMAGE has no pinned default"],
    ["=node:24-bookworm-slim\n", "=node:latest\n", "uses latest"],
    ["COPY src/ src/", "ADD src/ src/", "uses ADD"],
    ["RUN npm run build", "RUN sudo npm run build", "uses sudo"],
    ["RUN npm run build", "RUN cd /app && npm run build", "uses cd where WORKDIR belongs"],
    ["RUN npm ci\n", "RUN npm install\n", "installs what no lock file says"],
    ["COPY src/ src/", "COPY . .", "copies the whole folder"],
    ["WORKDIR /app", "WORKDIR app", "a WORKDIR is relative"],
    ["NODE_ENV=production", "GITLAB_TOKEN=x", "a credential is built in"],
    ["USER 65532:65532", "USER node", "USER is not a number, or is root"],
    ["USER 65532:65532", "USER 0:0", "USER is not a number, or is root"],
    ['["node", "/app/dist/main.js"]', "node /app/dist/main.js", "ENTRYPOINT is not in exec form"],
    ['CMD ["run"]', "CMD run", "CMD is not in exec form"],
    ["STOPSIGNAL SIGTERM", "", "STOPSIGNAL is not SIGTERM"],
    ["USER 65532:65532", "RUN npm ci\nUSER 65532:65532", "the last stage leaves caches"],
  ])("would be refused with %j as %j", (good, bad, what) => {
    expect(DOCKERFILE).toContain(good);
    expect(problems(DOCKERFILE.replace(good, bad))).toContain(what);
  });

  test("gets every file that it copies past .dockerignore, and nothing that is not listed there", () => {
    const [first, ...listed] = IGNORE.trim().split("\n");
    expect(first).toBe("*");
    const copied = instructions(DOCKERFILE)
      .filter(({ name, rest }) => name === "COPY" && !rest.startsWith("--from"))
      .flatMap(({ rest }) => rest.split(/\s+/).slice(0, -1));
    const tops = copied.map((path) => `!${path.replace(/\/.*/, "/")}`);
    expect(new Set(tops)).toEqual(new Set(listed));
  });
});
