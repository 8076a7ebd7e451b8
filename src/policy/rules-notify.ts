import type { DocumentPath, Finding } from "./document-path.ts";
import { inWords } from "./nearest.ts";
import { receiverNames } from "./normalise-notify.ts";
import type { Rule, RuleInput } from "./rule.ts";
import { ENV_NAME, type WrittenReceiver } from "./schema-notify.ts";

// No message here repeats what stands in a url, url_env, url_file or secret_…: it may be a secret.

type Key = Exclude<keyof WrittenReceiver, "type" | "name" | "min_severity" | "targets">;

const URLS = ["url", "url_env", "url_file"] as const satisfies readonly Key[];
const SECRETS = ["secret_env", "secret_file"] as const satisfies readonly Key[];
const OF_SNS = ["topic_arn", "region"] as const satisfies readonly Key[];

const FOREIGN = {
  slack: [...SECRETS, ...OF_SNS],
  webhook: OF_SNS,
  sns: [...URLS, ...SECRETS],
} as const satisfies Record<WrittenReceiver["type"], readonly Key[]>;

const MAX_RECEIVERS = 20;

interface Place {
  readonly path: DocumentPath;
  readonly receiver: WrittenReceiver;
}

/** Those whose type is known. */
const placesOf = ({ written, stands }: RuleInput): readonly Place[] =>
  (stands(["notify"]) ? (written.notify ?? []) : []).flatMap((receiver, index) => {
    const path = ["notify", index];
    return stands(path) && stands([...path, "type"]) ? [{ path, receiver }] : [];
  });

const given = (receiver: WrittenReceiver, keys: readonly Key[]): readonly Key[] =>
  keys.filter((key) => receiver[key] !== undefined && receiver[key] !== null);

const each =
  (check: (place: Place, input: RuleInput) => readonly Finding[]): Rule =>
  (input) =>
    placesOf(input).flatMap((place) => check(place, input));

const keysBelongToType = each(({ path, receiver }) =>
  given(receiver, FOREIGN[receiver.type]).map((key) => ({
    path: [...path, key],
    message: `a key that the type ${receiver.type} does not have: remove it`,
    at: "key",
  })),
);

const urlIsNoSecret = each(({ path, receiver }) =>
  receiver.type === "slack"
    ? given(receiver, ["url"]).map((key) => ({
        path: [...path, key],
        message:
          "a Slack webhook's URL is a secret, expected url_env with the name of the environment variable that holds it, or url_file",
        at: "key",
      }))
    : [],
);

const exactlyOne = (
  { path, receiver }: Place,
  keys: readonly Key[],
  needed: "needed" | "optional",
): readonly Finding[] => {
  const [first, ...others] = given(receiver, keys);
  if (first === undefined)
    return needed === "needed" ? [{ path, message: `missing, expected ${inWords(keys)}` }] : [];
  return others.map((key) => ({
    path: [...path, key],
    message: `${first} stands beside it, expected one of the two`,
    at: "key",
  }));
};

const addressIsGiven = each((place) => {
  switch (place.receiver.type) {
    case "slack":
      // A `url` in its place has been told already.
      return given(place.receiver, ["url"]).length > 0
        ? []
        : exactlyOne(place, ["url_env", "url_file"], "needed");
    case "webhook":
      return [...exactlyOne(place, URLS, "needed"), ...exactlyOne(place, SECRETS, "optional")];
    case "sns":
      return exactlyOne(place, ["topic_arn"], "needed");
    default:
      return place.receiver.type satisfies never;
  }
});

const namesAreNames = each(({ path, receiver }, { stands }) =>
  (["url_env", "secret_env"] as const).flatMap((key) => {
    const value = receiver[key] ?? undefined;
    if (value === undefined || !stands([...path, key]) || ENV_NAME.test(value)) return [];
    return [
      {
        path: [...path, key],
        message: `not the name of an environment variable (A-Z 0-9 _), expected the name and not the value, e.g. ${key === "url_env" ? "SLACK_WEBHOOK_URL" : "ROTATOR_WEBHOOK_SECRET"}`,
      },
    ];
  }),
);

const filesAreFiles = each(({ path, receiver }, { stands }) =>
  (["url_file", "secret_file"] as const).flatMap((key) => {
    const value = receiver[key] ?? undefined;
    if (value === undefined || !stands([...path, key])) return [];
    const isPath = value !== "" && value.length <= 1024 && !/\p{Cc}|^[a-z]+:\/\//iu.test(value);
    return isPath
      ? []
      : [{ path: [...path, key], message: "not a file's path, expected the path and not the value" }];
  }),
);

const urlIsUrl = each(({ path, receiver }, { stands }) => {
  const { url } = receiver;
  if (receiver.type !== "webhook" || typeof url !== "string" || !stands([...path, "url"])) return [];
  const problem = urlProblem(url);
  return problem === undefined ? [] : [{ path: [...path, "url"], message: problem }];
});

const urlProblem = (text: string): string | undefined => {
  const url = URL.canParse(text) && !/\s/.test(text) && text.length <= 2048 ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    return "not a URL, expected e.g. https://hooks.example.com/rotation";
  return url.username !== "" || url.password !== ""
    ? "a URL with credentials in it, expected url_env or url_file: they do not belong in the policy"
    : undefined;
};

const namesAreUnique: Rule = (input) => {
  const places = placesOf(input).filter(({ path }) => input.stands([...path, "name"]));
  const names = receiverNames(places.map(({ receiver }) => receiver));
  return places.flatMap(({ path }, index) =>
    names.indexOf(names[index] ?? "") === index
      ? []
      : [{ path: [...path, "name"], message: "a name that another receiver has, expected one of its own" }],
  );
};

const fewReceivers: Rule = ({ written, stands }) =>
  stands(["notify"]) && (written.notify ?? []).length > MAX_RECEIVERS
    ? [
        {
          path: ["notify"],
          message: `found ${written.notify?.length} receivers, expected at most ${MAX_RECEIVERS}`,
          at: "key",
        },
      ]
    : [];

export const notifyRules: readonly Rule[] = [
  fewReceivers,
  urlIsNoSecret,
  keysBelongToType,
  addressIsGiven,
  namesAreNames,
  filesAreFiles,
  urlIsUrl,
  namesAreUnique,
];
