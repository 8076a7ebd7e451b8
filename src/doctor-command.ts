import { survey } from "./apply/doctor-survey.ts";
import { asked } from "./asked.ts";
import { type Loaded, load, type Options, styleOf } from "./command.ts";
import { type Connection, connect } from "./connect.ts";
import { examineRedis } from "./doctor-redis.ts";
import { explainSchedule } from "./doctor-schedule.ts";
import { lookAtStore, type StoreLook } from "./doctor-store.ts";
import { meetTls } from "./doctor-tls.ts";
import { type Probed, probeUrl } from "./doctor-url.ts";
import { lookProgress } from "./look-progress.ts";
import type { DoctorCheck, DoctorCheckName, DoctorReport } from "./model/doctor.ts";
import { SettingsError } from "./model/errors.ts";
import { Secret } from "./model/secret.ts";
import { doctorReport, fail, notTried } from "./plan/doctor-check.ts";
import { judgeSchedule } from "./plan/doctor-schedule.ts";
import { judgeSecretNames } from "./plan/doctor-store.ts";
import { judgePolicy, judgeRoles, judgeWarnings } from "./plan/doctor-targets.ts";
import { isUsable, judgeToken, judgeVersion } from "./plan/doctor-token.ts";
import { judgeClock, judgeTls, judgeUrl } from "./plan/doctor-url.ts";
import { policyWarnings } from "./policy/warnings.ts";
import { EXIT, type Program } from "./program.ts";
import { jsonText } from "./report/json.ts";
import type { Proxies } from "./settings.ts";

/** `doctor`: looks at everything that a pass needs, writes nothing, and tells what is missing. */
export const doctorCommand = async (program: Program, options: Options): Promise<number> => {
  const loaded = load(program, options);
  const report = await examine(program, loaded);
  const text = options.json
    ? jsonText((await import("./report/doctor-json.ts")).doctorJson(report))
    : (await import("./report/doctor-text.ts")).renderDoctor(report, styleOf(program));
  program.stdout.write(`${text}\n`);
  return report.summary.fail > 0 ? EXIT.failed : EXIT.done;
};

const examine = async (program: Program, loaded: Loaded): Promise<DoctorReport> => {
  const { policy, settings } = loaded;
  const missing = missingToken(loaded);
  // What needs no token is looked at all the same.
  const gitlabToken = () => (missing === undefined ? settings.gitlabToken() : new Secret("none"));
  const input = { ...loaded, settings: { ...settings, gitlabToken } };
  const connection = await connect(program, input);
  try {
    const [probed, tls, store, schedule, redis] = await Promise.all([
      probeUrl(program, { url: policy.gitlab.url, proxies: settings.proxies }),
      examineTls(program, loaded),
      lookAtStore(program, input, connection),
      explainSchedule(policy.schedule),
      examineRedis(program, loaded),
    ]);
    const gitlab = await examineGitLab(program, loaded, { connection, probed, store, missing });
    const checks = [...gitlab, tls, ...store.checks, judgeSchedule(schedule), ...redis];
    return doctorReport(checks, program.clock.now());
  } finally {
    await connection.close();
  }
};

const missingToken = ({ settings }: Loaded): SettingsError | undefined => {
  try {
    settings.gitlabToken();
    return undefined;
  } catch (error) {
    if (error instanceof SettingsError) return error;
    throw error;
  }
};

/** As our client chooses it: by the URL's protocol, and not for what NO_PROXY names. */
const proxyOn = (url: string, { httpProxy, httpsProxy, noProxy }: Proxies): string | undefined => {
  const { protocol, hostname } = new URL(url);
  const proxy = protocol === "https:" ? httpsProxy : httpProxy;
  const spared = (noProxy ?? "")
    .split(/[\s,]+/)
    .map((each) => each.replace(/^\*?\./, "").replace(/:\d+$/, ""));
  const direct = spared.some(
    (each) => each !== "" && (each === "*" || hostname === each || hostname.endsWith(`.${each}`)),
  );
  if (proxy === undefined || direct) return undefined;
  const { protocol: scheme, host } = new URL(proxy.includes("://") ? proxy : `http://${proxy}`);
  return `${scheme}//${host}`;
};

const examineTls = async ({ env, clock }: Program, { policy, settings }: Loaded): Promise<DoctorCheck> => {
  const { url } = policy.gitlab;
  const unchecked = env["NODE_TLS_REJECT_UNAUTHORIZED"] === "0";
  const proxied = url.startsWith("https:") && proxyOn(url, settings.proxies) !== undefined;
  const facts = proxied ? ({ kind: "behind-proxy" } as const) : await meetTls(url);
  return judgeTls(facts, { url, now: clock.now(), unchecked });
};

interface Sight {
  readonly connection: Connection;
  readonly probed: Probed;
  readonly store: StoreLook;
  readonly missing: SettingsError | undefined;
}

const ABOUT_TARGETS: readonly DoctorCheckName[] = ["role", "policy", "secret-names"];
const ABOUT_TOKEN: readonly DoctorCheckName[] = ["token-valid", "token-scope", "token-expiry"];

const examineGitLab = async (
  program: Program,
  { policy, settings }: Loaded,
  { connection, probed, store, missing }: Sight,
): Promise<readonly DoctorCheck[]> => {
  const { url } = policy.gitlab;
  const found = judgeUrl(probed.answer, { url, proxy: proxyOn(url, settings.proxies) });
  const warnings = judgeWarnings(policyWarnings(policy));
  const first = [
    found,
    ...(probed.skew === undefined && found.result === "fail"
      ? [notTried("clock", "url")]
      : [judgeClock(probed.skew)]),
  ];
  const without = (because: DoctorCheckName, names: readonly DoctorCheckName[]) => [
    ...names.map((name) => notTried(name, because)),
    ...warnings,
  ];
  if (missing !== undefined)
    return [
      ...first,
      fail("token-valid", `${missing.message}.`),
      ...without("token-valid", ["version", "token-scope", "token-expiry", ...ABOUT_TARGETS]),
    ];
  if (found.result === "fail")
    return [...first, ...without("url", ["version", ...ABOUT_TOKEN, ...ABOUT_TARGETS])];
  const token = await asked(connection.inspector.ownAccessToken());
  const checks = [...first, ...judgeToken(token, program.clock.now())];
  if (!isUsable(token)) return [...checks, ...without("token-valid", ["version", ...ABOUT_TARGETS])];
  return [
    ...checks,
    judgeVersion(await asked(connection.inspector.version())),
    ...(await examineTargets(program, policy, { connection, store })),
  ];
};

const examineTargets = async (
  program: Program,
  policy: Loaded["policy"],
  { connection, store }: Pick<Sight, "connection" | "store">,
): Promise<readonly DoctorCheck[]> => {
  const progress = await lookProgress(program);
  const seen = await survey({
    policy,
    ports: connection.ports,
    inspector: connection.inspector,
    sweep: store.sweep,
    stop: program.stop,
    onProgress: progress?.on,
  }).finally(() => progress?.done());
  return [
    ...judgeRoles(seen),
    ...judgePolicy(seen, policyWarnings(policy)),
    ...judgeSecretNames(seen, store.sweep !== undefined),
  ];
};
