import { MINUTE, milliseconds } from "../model/duration.ts";
import type { PolicyIssue } from "../model/errors.ts";
import type { GroupEntry, Policy, TokenEntry } from "../model/policy.ts";
import type { TargetReference } from "../model/target.ts";
import { quote } from "./document-path.ts";
import { formatDuration } from "./duration.ts";
import { isLoopback } from "./gitlab-url.ts";
import { endsLikeAnArn, renderSecretName } from "./template.ts";

/** What is allowed, but better known before it surprises. */
export const policyWarnings = (policy: Policy): readonly PolicyIssue[] => [
  ...plainHttp(policy),
  ...staleReads(policy),
  ...nobodyIsTold(policy),
  ...exposedWebhooks(policy),
  ...folderOfAFleet(policy),
  ...policy.groups.flatMap(excludesNothing),
  ...entriesOf(policy).flatMap((entry) => [
    ...virtualScopes(entry),
    ...shortExistingOverlap(entry),
    ...tooManyVersions(entry, policy),
    ...arnLikeName(entry, policy),
  ]),
];

const folderOfAFleet = (policy: Policy): readonly PolicyIssue[] =>
  policy.engine.type === "bullmq" && policy.store.type === "file"
    ? [
        atStart(
          policy,
          "store.path",
          "a folder is one machine's, and the engine bullmq may rotate on any: all replicas need the very same folder",
        ),
      ]
    : [];

interface Entry {
  readonly token: TokenEntry;
  readonly target: TargetReference;
  readonly path: string;
  readonly below: boolean;
}

const entriesOf = (policy: Policy): readonly Entry[] => {
  const list = (
    tokens: readonly TokenEntry[],
    path: string,
    rest: Pick<Entry, "target" | "below">,
  ): readonly Entry[] => tokens.map((token, index) => ({ ...rest, token, path: `${path}[${index}]` }));
  return [
    ...policy.projects.flatMap(({ target, tokens }, index) =>
      list(tokens, `projects[${index}].tokens`, { target, below: false }),
    ),
    ...policy.groups.flatMap(({ target, tokens, projects }, index) => [
      ...list(tokens, `groups[${index}].tokens`, { target, below: false }),
      ...list(projects?.tokens ?? [], `groups[${index}].projects.tokens`, { target, below: true }),
    ]),
  ];
};

const at = ({ token: { position }, path }: Entry, key: string, message: string): PolicyIssue => ({
  ...position,
  path: `${path}.${key}`,
  message,
});

/** For settings whose place the policy does not keep. */
const atStart = (policy: Policy, path: string, message: string): PolicyIssue => {
  const file = [...policy.projects, ...policy.groups][0]?.position.file ?? "";
  return { file, line: 1, column: 1, path, message };
};

const plainHttp = (policy: Policy): readonly PolicyIssue[] =>
  policy.gitlab.url.startsWith("http://") && !isLoopback(policy.gitlab.url)
    ? [
        atStart(
          policy,
          "gitlab.url",
          "http:// sends every token in the clear; use https:// where GitLab has it",
        ),
      ]
    : [];

const STALE_READS = milliseconds(15 * MINUTE);

const staleReads = (policy: Policy): readonly PolicyIssue[] => {
  const { strayAfter } = policy.safety;
  if (strayAfter >= STALE_READS || policy.store.type === "file") return [];
  const message = `${formatDuration(strayAfter)} is under 15m: what AWS answers may be five minutes old, and a rotation of another process could be overlooked`;
  return [atStart(policy, "safety.stray_after", message)];
};

const nobodyIsTold = (policy: Policy): readonly PolicyIssue[] =>
  policy.notify.length > 0 && policy.notify.every(({ targets }) => targets !== undefined)
    ? [
        atStart(
          policy,
          "notify",
          "every receiver has targets, so nobody is told when a pass fails or our own access token expires: add one without",
        ),
      ]
    : [];

const exposedWebhooks = (policy: Policy): readonly PolicyIssue[] =>
  policy.notify.flatMap((receiver, index) => {
    if (receiver.type !== "webhook" || receiver.url.from !== "policy") return [];
    const { url } = receiver.url;
    const path = `notify[${index}].url`;
    return [
      ...(url.startsWith("http://") && !isLoopback(url)
        ? [
            atStart(
              policy,
              path,
              "http:// sends names and paths in the clear; use https:// where there is any",
            ),
          ]
        : []),
      ...(new URL(url).search === ""
        ? []
        : [atStart(policy, path, "holds a query; if anything in it is secret, use url_env or url_file")]),
    ];
  });

const excludesNothing = (
  { target: { idOrPath }, projects }: GroupEntry,
  index: number,
): readonly PolicyIssue[] => {
  if (typeof idOrPath === "number") return [];
  const root = `${idOrPath}/`.toLowerCase();
  return (projects?.exclude ?? []).flatMap(({ pattern, position }, item) => {
    const literal = (/^[^*?[{\\]*/.exec(pattern)?.[0] ?? "").toLowerCase();
    if (literal.startsWith(root) || root.startsWith(literal)) return [];
    const message = `${quote(pattern)} matches nothing below ${idOrPath}: a glob is compared with the full path`;
    return [{ ...position, path: `groups[${index}].projects.exclude[${item}]`, message }];
  });
};

const virtualScopes = (entry: Entry): readonly PolicyIssue[] => {
  const scopes = entry.token.kind === "declared" ? entry.token.scopes : [];
  const onProject = entry.below || entry.target.kind === "project";
  if (!onProject || !scopes.some((scope) => scope.endsWith("_virtual_registry"))) return [];
  return [
    at(
      entry,
      "scopes",
      "the virtual registry scopes do nothing on a project's token: GitLab looks at a group's only",
    ),
  ];
};

const shortExistingOverlap = (entry: Entry): readonly PolicyIssue[] => {
  const { existingOverlap, overlap } = entry.token;
  if (existingOverlap === "expiry" || existingOverlap >= overlap) return [];
  const message = `${formatDuration(existingOverlap)} is shorter than the overlap of ${formatDuration(overlap)}, which counts instead`;
  return [at(entry, "existing_overlap", message)];
};

const BETWEEN_PUTS = milliseconds(10 * MINUTE);

const tooManyVersions = (entry: Entry, { store, safety }: Policy): readonly PolicyIssue[] => {
  const { lifetime, renewBefore } = entry.token;
  if (store.type === "file" || lifetime - renewBefore - safety.strayAfter / 2 >= BETWEEN_PUTS) return [];
  return [
    at(
      entry,
      "lifetime",
      "rotates more often than every ten minutes, and Secrets Manager keeps at most 100 versions a day",
    ),
  ];
};

const arnLikeName = (entry: Entry, { store }: Policy): readonly PolicyIssue[] => {
  if (store.type === "file" || entry.token.kind !== "declared") return [];
  const { kind, idOrPath } = entry.target;
  const secret = renderSecretName(entry.token.secret, {
    kind,
    path: String(idOrPath),
    id: idOrPath,
    name: entry.token.name,
  });
  if (!endsLikeAnArn(secret)) return [];
  const message = `${quote(secret.slice(-7))} at the end of a secret's name looks like the end of an ARN, and AWS advises against a hyphen and six characters there`;
  return [at(entry, "secret", message)];
};
