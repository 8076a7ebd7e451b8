import { SettingsError } from "./model/errors.ts";
import { Secret } from "./model/secret.ts";
import { redisUrlProblem } from "./policy/text-checks.ts";
import { safeText, truncate } from "./report/text.ts";

export const LOG_LEVELS = ["error", "warn", "info", "debug"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const LOG_FORMATS = ["json", "text"] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

export interface Proxies {
  readonly httpProxy: string | undefined;
  readonly httpsProxy: string | undefined;
  readonly noProxy: string | undefined;
}

export interface Settings {
  readonly gitlabBaseUrl: string | undefined;
  readonly policyFile: string | undefined;
  readonly logLevel: LogLevel;
  /** Absent when it depends on whether the log goes to a terminal. */
  readonly logFormat: LogFormat | undefined;
  readonly proxies: Proxies;
  /** Throws `SettingsError`. Read when asked for, so that `validate` and `schema` need no token. */
  gitlabToken(): Secret;
  /** Where the fleet's Redis is, with whatever password it needs. Throws `SettingsError`. */
  redisUrl(): Secret | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

interface Source {
  readonly env: Environment;
  readonly readFile: (path: string) => string;
}

/** A setting, or what is wrong with it. Messages never repeat a value that may hold a credential. */
type Read<Value> = { readonly value: Value } | { readonly problem: string };

export const readSettings = (env: Environment, readFile: (path: string) => string): Settings => {
  const source = { env, readFile };
  const baseUrl = readBaseUrl(env);
  const level = readChoice(env, "LOG_LEVEL", LOG_LEVELS);
  const format = readChoice(env, "LOG_FORMAT", LOG_FORMATS);
  const proxies = readProxies(env);
  const token = (): Read<Secret> => readToken(source);
  if ("problem" in baseUrl || "problem" in level || "problem" in format || "problem" in proxies) {
    const tokenRead = hasToken(env) ? [token()] : [];
    throw settingsError([baseUrl, level, format, proxies, ...tokenRead, readRedisUrl(env)]);
  }
  return {
    gitlabBaseUrl: baseUrl.value,
    policyFile: text(env, "ROTATION_POLICY"),
    logLevel: level.value ?? "info",
    logFormat: format.value,
    proxies: proxies.value,
    gitlabToken: () => orThrow(token()),
    redisUrl: () => orThrow(readRedisUrl(env)),
  };
};

const orThrow = <Value>(read: Read<Value>): Value => {
  if ("problem" in read) throw settingsError([read]);
  return read.value;
};

const settingsError = (reads: readonly Read<unknown>[]): SettingsError =>
  new SettingsError(reads.flatMap((read) => ("problem" in read ? [read.problem] : [])).join("\n"));

/** Compose files and CI systems pass a variable that has no value on as an empty one. */
const text = (env: Environment, name: string): string | undefined => env[name]?.trim() || undefined;

const hasToken = (env: Environment): boolean =>
  env["GITLAB_TOKEN"] !== undefined || env["GITLAB_TOKEN_FILE"] !== undefined;

const readToken = (source: Source): Read<Secret> => {
  const { env } = source;
  const value = text(env, "GITLAB_TOKEN");
  const file = text(env, "GITLAB_TOKEN_FILE");
  if (value !== undefined && file !== undefined)
    return { problem: "GITLAB_TOKEN and GITLAB_TOKEN_FILE are both set: keep the one that you mean" };
  if (value !== undefined) return checkToken(value, "GITLAB_TOKEN");
  if (file !== undefined) return readTokenFile(source, file);
  const found = hasToken(env) ? "GITLAB_TOKEN or GITLAB_TOKEN_FILE is set, but empty" : "no GitLab token";
  return { problem: `${found}: ${WANTED}` };
};

const WANTED =
  "set GITLAB_TOKEN, or GITLAB_TOKEN_FILE to a file that holds it, to an access token with the scope api";

const readTokenFile = ({ readFile }: Source, file: string): Read<Secret> => {
  if (/^gl[a-z]+-/.test(file))
    return { problem: "GITLAB_TOKEN_FILE holds a token: put it in GITLAB_TOKEN, or in a file and name that" };
  try {
    return checkToken(readFile(file).trim(), fileName(file));
  } catch (error) {
    return {
      problem: `GITLAB_TOKEN_FILE: ${fileName(file)} cannot be read (${codeOf(error) ?? "no reason given"})`,
    };
  }
};

/** Only what looks like a path is shown: people do put the token itself here. */
const fileName = (file: string): string =>
  /^\.{0,2}\//.test(file) ? `the file ${safeText(file)}` : "the file that it names";

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;

const checkToken = (token: string, where: string): Read<Secret> => {
  if (token === "") return { problem: `${where} is empty: ${WANTED}` };
  if (!/^[\x21-\x7e]+$/.test(token))
    return {
      problem: `${where} holds more than a token: a space, a line break or a character that is not ASCII (not shown here)`,
    };
  return { value: new Secret(token) };
};

/** Terraform's provider takes the variable with `/api/v4`, so people have it that way. */
const readBaseUrl = (env: Environment): Read<string | undefined> => {
  const written = text(env, "GITLAB_BASE_URL");
  if (written === undefined) return { value: undefined };
  const expected = "expected a URL such as https://gitlab.example.com";
  if (!URL.canParse(written)) return { problem: `GITLAB_BASE_URL is no URL: ${expected}` };
  const url = new URL(written);
  if (url.protocol !== "https:" && url.protocol !== "http:")
    return { problem: `GITLAB_BASE_URL begins with ${safeText(url.protocol)}: ${expected}` };
  if (url.username !== "" || url.password !== "")
    return { problem: "GITLAB_BASE_URL holds credentials: put the token in GITLAB_TOKEN" };
  if (url.search !== "" || url.hash !== "")
    return { problem: `GITLAB_BASE_URL has a part after ? or #: ${expected}` };
  return { value: `${url.origin}${url.pathname.replace(/\/+$/, "").replace(/\/api\/v4$/, "")}` };
};

const readRedisUrl = (env: Environment): Read<Secret | undefined> => {
  const written = text(env, "REDIS_URL");
  const problem = written === undefined ? undefined : redisUrlProblem(written);
  if (problem !== undefined) return { problem: `REDIS_URL is wrong (not shown here), expected ${problem}` };
  return { value: written === undefined ? undefined : new Secret(written) };
};

const readChoice = <Choice extends string>(
  env: Environment,
  name: string,
  choices: readonly Choice[],
): Read<Choice | undefined> => {
  const written = text(env, name);
  const value = choices.find((choice) => choice === written);
  if (written === undefined || value !== undefined) return { value };
  const shown = safeText(truncate(written, 40));
  return { problem: `${name} is "${shown}": expected ${choices.join(", ").replace(/, (?=\w+$)/, " or ")}` };
};

/** Lower case wins, as for curl. */
const readProxies = (env: Environment): Read<Proxies> => {
  const either = (name: string): string | undefined => text(env, name.toLowerCase()) ?? text(env, name);
  const bad = ["HTTP_PROXY", "HTTPS_PROXY"].filter((name) => !isProxy(either(name)));
  if (bad.length > 0)
    return { problem: bad.map((name) => `${name} is no URL: expected http://host:port`).join("\n") };
  return {
    value: {
      httpProxy: either("HTTP_PROXY"),
      httpsProxy: either("HTTPS_PROXY"),
      noProxy: either("NO_PROXY"),
    },
  };
};

/** `host:port` is common, and is what curl takes too. */
const isProxy = (written: string | undefined): boolean => {
  if (written === undefined) return true;
  const url = written.includes("://") ? written : `http://${written}`;
  return URL.canParse(url) && /^https?:\/\//i.test(url);
};
