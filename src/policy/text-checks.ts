import { validateDetailed } from "node-cron";
import { compileNameGlob, compilePathGlob, globProblem } from "./glob.ts";
import { didYouMean, inWords } from "./nearest.ts";
import { hasDotSegment, PLACEHOLDERS, readTemplate } from "./template.ts";

// Each says what was expected instead, or nothing.

const MAX_NAME = 255;

export const URL_EXPECTED = "GitLab's URL, e.g. https://gitlab.example.com";

export const checkUrl = (value: string): string | undefined => {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || /\s/.test(value)) return URL_EXPECTED;
  if (url.username !== "" || url.password !== "")
    return `${URL_EXPECTED}, without credentials: they belong in GITLAB_TOKEN`;
  if (url.search !== "" || url.hash !== "" || /[?#]/.test(value))
    return `${URL_EXPECTED}, without "?" and "#"`;
  if (/\/api(\/v\d+)?\/*$/.test(url.pathname))
    return `${URL_EXPECTED}, without /api/v4: it is added to each request`;
  return undefined;
};

export const LISTEN_EXPECTED =
  'an address and a port such as 127.0.0.1:9464, "[::1]:9464", or 0.0.0.0:9464 for every interface';
/** Without flags, as JSON Schema knows none. */
export const LISTEN_PATTERN = "^(?:\\[([0-9A-Fa-f:.]+)\\]|([A-Za-z0-9.-]+)):(\\d{1,5})$";
const LISTEN = new RegExp(LISTEN_PATTERN);

/** Port 0 is any free one; the log says which. */
export const readListen = (value: string): { readonly host: string; readonly port: number } | undefined => {
  const [, ipv6, name, port] = LISTEN.exec(value) ?? [];
  const host = (ipv6 ?? name ?? "").toLowerCase();
  const bracketed = ipv6 === undefined ? host : `[${host}]`;
  if (Number(port) > 65_535 || !URL.canParse(`http://${bracketed}`)) return undefined;
  // A URL's reading of 127.1 or 0x7f.1 is an address that nobody would recognise.
  if (ipv6 === undefined && new URL(`http://${bracketed}`).hostname !== host) return undefined;
  return host === "" ? undefined : { host, port: Number(port) };
};

export const checkListen = (value: string): string | undefined =>
  readListen(value) === undefined ? LISTEN_EXPECTED : undefined;

export const REDIS_EXPECTED = "Redis's URL, e.g. redis://redis.example.com:6379/0, or rediss:// for TLS";

/** What REDIS_URL may hold; the policy may not hold credentials. */
export const redisUrlProblem = (value: string): string | undefined => {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || !/^rediss?:$/.test(url.protocol) || url.hostname === "" || /\s/.test(value))
    return REDIS_EXPECTED;
  if (url.search !== "" || url.hash !== "" || /[?#]/.test(value))
    return `${REDIS_EXPECTED}, without "?" and "#"`;
  return /^(\/\d{0,3})?$/.test(url.pathname)
    ? undefined
    : `${REDIS_EXPECTED}, whose path is a database's number`;
};

export const checkRedisUrl = (value: string): string | undefined => {
  const problem = redisUrlProblem(value);
  if (problem !== undefined) return problem;
  const { username, password } = new URL(value);
  return username === "" && password === ""
    ? undefined
    : `${REDIS_EXPECTED}, without credentials: a URL with a password belongs in REDIS_URL`;
};

const FLEET = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
export const FLEET_EXPECTED = "1 to 100 characters of A-Z a-z 0-9 . _ -, e.g. gitlab.example.com";

export const checkFleetName = (value: string): string | undefined =>
  FLEET.test(value) ? undefined : FLEET_EXPECTED;

const INSTANCE = /^[A-Za-z0-9._:/-]{1,100}$/;
export const INSTANCE_EXPECTED = "1 to 100 characters of A-Z a-z 0-9 . _ : / -, e.g. gitlab.example.com";

export const checkInstance = (value: string): string | undefined =>
  INSTANCE.test(value) ? undefined : INSTANCE_EXPECTED;

const REGION = /^[a-z]{2,5}(-[a-z]+)+-\d{1,2}$/;
export const REGION_EXPECTED = "an AWS region such as eu-west-1";

export const checkRegion = (value: string): string | undefined =>
  REGION.test(value) ? undefined : REGION_EXPECTED;

export const checkCron = (value: string): string | undefined => {
  const expected = 'five cron fields, or six with seconds first, e.g. "17 3 * * *"';
  if (![5, 6].includes(value.trim().split(/\s+/).length)) return expected;
  // node-cron writes every range out, so 0-9999999999 would take all the memory there is.
  if (/\d{3}/.test(value)) return expected;
  const { valid, errors } = validateDetailed(value);
  const wrong = errors.map(({ message }) =>
    message.replace(/^(.*) is an? (invalid|impossible) /, '"$1" is no possible '),
  );
  return valid ? undefined : `${expected} (${wrong.join("; ")})`;
};

export const checkTimezone = (value: string): string | undefined => {
  if (/^[A-Za-z]/.test(value) && isTimezone(value)) return undefined;
  return `an IANA time zone, e.g. Europe/Berlin or UTC${didYouMean(value, Intl.supportedValuesOf("timeZone"))}`;
};

const isTimezone = (timeZone: string): boolean => {
  try {
    return new Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
};

const length = (value: string): number => Array.from(value).length;

export const NAME_EXPECTED = `a token's name, 1 to ${MAX_NAME} characters`;

export const checkTokenName = (value: string): string | undefined =>
  length(value) > MAX_NAME || value.trim() === "" ? NAME_EXPECTED : undefined;

export const USERNAME = /^[a-zA-Z0-9.+_-]{1,255}$/;
export const USERNAME_EXPECTED = "1 to 255 characters of a-z A-Z 0-9 . + _ -, as GitLab takes them";

export const checkUsername = (value: string): string | undefined =>
  USERNAME.test(value) ? undefined : USERNAME_EXPECTED;

const glob = (problem: string | undefined): string | undefined => problem && `a glob: ${problem}`;

export const checkNameGlob = (value: string): string | undefined => glob(globProblem(value, compileNameGlob));

export const checkPathGlob = (value: string): string | undefined => {
  if (/^\/|\/$/.test(value))
    return 'a glob over full paths, without a "/" at its start or end, e.g. "platform/sandbox/**"';
  return glob(globProblem(value, compilePathGlob));
};

export const checkTemplate = (value: string): string | undefined => {
  const { unknown, literal } = readTemplate(value);
  const [first] = unknown;
  const known = inWords(PLACEHOLDERS.map((key) => `{${key}}`));
  if (first !== undefined)
    return `the placeholders ${known}, not {${first}}${didYouMean(first, PLACEHOLDERS)}`;
  if (/[{}]/.test(literal)) return "each brace to have its partner, as in {name}";
  if (/[^A-Za-z0-9/_+=.@-]/.test(literal)) return "letters, digits and /_+=.@- only, as in a secret's name";
  if (hasDotSegment(value)) return 'a name without "." and ".." between its slashes';
  return literal.length > 512 ? "at most 512 characters" : undefined;
};

/** Loosely what GitLab takes as a full path: whether it exists is GitLab's to say. */
export const checkFullPath = (value: string): string | undefined => {
  if (/^\d+$/.test(value)) return "a full path, or a numeric id without quotes";
  if (/^[a-z]+:\/\//i.test(value)) return "a full path such as platform/api, without the URL before it";
  if (/\.git$/i.test(value)) return "a full path, without .git at its end";
  const segments = value.split("/");
  if (segments.some((segment) => segment === ""))
    return 'a full path, without a "/" at its start or end, or two in a row';
  if (segments.some((segment) => /^\.\.?$/.test(segment))) return "a full path, without . and .. in it";
  return /[\s?#%\\*]/.test(value) || value.length > 2048
    ? "a full path as in GitLab's address bar"
    : undefined;
};
