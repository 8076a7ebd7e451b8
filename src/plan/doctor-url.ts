import type { DoctorCheck } from "../model/doctor.ts";
import { DAY } from "../model/duration.ts";
import { isLoopback } from "../policy/gitlab-url.ts";
import { SKEW_TOLERANCE } from "./conflicts.ts";
import { fail, pass, warn } from "./doctor-check.ts";
import { inWords, minutes } from "./words.ts";

/** What came back when the API was asked without an access token. */
export type UrlAnswer =
  | { readonly kind: "unreachable"; readonly message: string }
  | {
      readonly kind: "answered";
      readonly status: number;
      readonly location: string | undefined;
      /** Of a JSON object; absent where the answer is none. */
      readonly json: Readonly<Record<string, unknown>> | undefined;
    };

/** The proxy on the way, without its password. */
export interface Way {
  readonly url: string;
  readonly proxy: string | undefined;
}

export const PROBE_PATH = "/api/v4/metadata";
const OWN_ADDRESS =
  "Set gitlab.url (or GITLAB_BASE_URL) to GitLab's own address, with its relative root if it has one, e.g. https://example.com/gitlab.";

const through = ({ proxy }: Way): string => (proxy === undefined ? "" : `, asked through the proxy ${proxy}`);

export const judgeUrl = (answer: UrlAnswer, way: Way): DoctorCheck => {
  const { url } = way;
  if (answer.kind === "unreachable") return fail("url", `${url}${through(way)}: ${answer.message}`);
  const { status, location, json } = answer;
  if (status >= 300 && status < 400) return redirected(url, location);
  if (isGitLab(answer)) return pass("url", `${url} answers as GitLab does${through(way)}.`);
  if (status === 429)
    return warn("url", `${url} refuses: too many requests (429).`, "Try again in a minute.");
  if (status >= 500)
    return fail(
      "url",
      `${url} answers ${status}: GitLab, or a proxy before it, is in trouble.`,
      "Try again later.",
    );
  if (status === 403)
    return fail(
      "url",
      `${url} answers 403 to a request without a token${through(way)}: GitLab or a firewall before it shuts this address out.`,
      "Ask whoever runs it to let this address in.",
    );
  const found = json === undefined ? "something that is no API" : "another API, or none at this path";
  return fail("url", `${url}${PROBE_PATH} answers ${status} with ${found}: that is not GitLab.`, OWN_ADDRESS);
};

/** GitLab asks whoever brings no token for one. */
const isGitLab = ({ status, json }: UrlAnswer & { kind: "answered" }): boolean =>
  (status === 401 && /unauthorized/i.test(String(json?.["message"] ?? json?.["error"] ?? ""))) ||
  (status === 200 && typeof json?.["version"] === "string");

const redirected = (url: string, location: string | undefined): DoctorCheck => {
  const shown = location === undefined ? "nowhere" : location.slice(0, 200);
  const message = `${url} redirects to ${shown}, and redirects are never followed: they would carry the token along.`;
  const root = location?.endsWith(PROBE_PATH) ? location.slice(0, -PROBE_PATH.length) : undefined;
  return fail(
    "url",
    message,
    root === undefined || !URL.canParse(root)
      ? OWN_ADDRESS
      : `Set gitlab.url (or GITLAB_BASE_URL) to ${root.slice(0, 200)}`,
  );
};

export type TlsFacts =
  | { readonly kind: "plain" }
  | { readonly kind: "behind-proxy" }
  | { readonly kind: "failed"; readonly message: string }
  | {
      readonly kind: "met";
      readonly protocol: string;
      readonly validTo: Date | undefined;
      readonly issuer: string;
      /** Why it is not trusted. */
      readonly problem: string | undefined;
    };

const CERTIFICATE_SOON = 14 * DAY;

/** `unchecked`: the environment switches the verification off for everybody. */
export const judgeTls = (
  facts: TlsFacts,
  { url, now, unchecked }: { readonly url: string; readonly now: Date; readonly unchecked: boolean },
): DoctorCheck => {
  if (facts.kind === "plain")
    return isLoopback(url)
      ? pass("tls", "Not used: http:// to this machine itself.")
      : warn("tls", "http:// sends every token in the clear.", "Use https:// where GitLab has it.");
  if (unchecked)
    return fail(
      "tls",
      "NODE_TLS_REJECT_UNAUTHORIZED=0 takes any certificate, so anyone on the way can read every token.",
      "Unset it; for a private certificate authority set NODE_EXTRA_CA_CERTS to its file.",
    );
  if (facts.kind === "behind-proxy")
    return pass("tls", "GitLab is asked through a proxy, so its certificate was not looked at singly.");
  if (facts.kind === "failed")
    return fail(
      "tls",
      `No TLS connection: ${facts.message}.`,
      "Check the port, and that GitLab itself speaks https there.",
    );
  return certificate(facts, now);
};

const certificate = (facts: TlsFacts & { kind: "met" }, now: Date): DoctorCheck => {
  const { problem, validTo, issuer, protocol } = facts;
  if (problem !== undefined)
    return fail(
      "tls",
      `The certificate (issued by ${issuer}) is not trusted: ${problem}.`,
      "Have it renewed or mended; for a private certificate authority set NODE_EXTRA_CA_CERTS to its file.",
    );
  if (validTo === undefined) return pass("tls", `${protocol}, with a trusted certificate of ${issuer}.`);
  const left = validTo.getTime() - now.getTime();
  const until = `expires ${minutes(validTo)} (in ${inWords(left)})`;
  return left < CERTIFICATE_SOON
    ? warn(
        "tls",
        `The certificate of ${issuer} ${until}.`,
        "Have it renewed: nothing is rotated once it has expired.",
      )
    : pass("tls", `${protocol}, with a trusted certificate of ${issuer} that ${until}.`);
};

/** Beyond it, a machine has no time service that works. */
const SKEW_SEEN = 10_000;

/** `skew`: our clock less GitLab's, in milliseconds. */
export const judgeClock = (skew: number | undefined): DoctorCheck => {
  if (skew === undefined)
    return warn(
      "clock",
      "GitLab's answers carry no Date, so nothing tells whether this machine's clock is right.",
      "Let the proxy before GitLab pass the header Date on.",
    );
  const size = Math.abs(skew);
  const off = `This machine's clock is ${Math.round(size / 1000)} seconds ${skew > 0 ? "ahead of" : "behind"} GitLab's`;
  if (size > SKEW_TOLERANCE)
    return fail("clock", `${off}, so nothing would be rotated.`, "Set the clock: let NTP or chrony run.");
  if (size > SKEW_SEEN) return warn("clock", `${off}; 60 are tolerated.`, "Let NTP or chrony run.");
  return pass("clock", "This machine's clock agrees with GitLab's to within 10 seconds.");
};
