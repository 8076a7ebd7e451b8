import type { ReceiverSettings, SecretSource } from "../model/policy.ts";
import { topicRegion, type WrittenReceiver } from "./schema-notify.ts";

/** Receivers that passed the rules, each with a name. */
export const normaliseReceivers = (written: readonly WrittenReceiver[]): readonly ReceiverSettings[] => {
  const names = receiverNames(written);
  return written.map((receiver, index) => normaliseReceiver(receiver, names[index] ?? ""));
};

/** The name given, else the type; numbered from the second on where several have none. */
export const receiverNames = (written: readonly WrittenReceiver[]): readonly string[] => {
  const taken = new Set(written.flatMap(({ name }) => name ?? []));
  return written.map(({ name, type }) => {
    if (name) return name;
    let [own, number] = [String(type), 1];
    while (taken.has(own)) {
      number += 1;
      own = `${type}-${number}`;
    }
    taken.add(own);
    return own;
  });
};

const normaliseReceiver = (written: WrittenReceiver, name: string): ReceiverSettings => {
  const shared = {
    name,
    minSeverity: written.min_severity ?? "warning",
    targets: written.targets ?? undefined,
  } as const;
  switch (written.type) {
    case "slack":
      return { type: "slack", ...shared, url: urlSource(written) };
    case "webhook":
      return {
        type: "webhook",
        ...shared,
        url: written.url ? { from: "policy", url: written.url } : urlSource(written),
        secret: source(written.secret_env, written.secret_file),
      };
    case "sns": {
      const topicArn = written.topic_arn ?? "";
      return { type: "sns", ...shared, topicArn, region: written.region ?? topicRegion(topicArn) };
    }
    default:
      return written.type satisfies never;
  }
};

type Text = string | null | undefined;

const source = (env: Text, file: Text): SecretSource | undefined => {
  if (env) return { from: "env", name: env };
  return file ? { from: "file", path: file } : undefined;
};

const urlSource = ({ url_env, url_file }: WrittenReceiver): SecretSource =>
  source(url_env, url_file) ?? { from: "env", name: "" };
