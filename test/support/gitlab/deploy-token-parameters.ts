import { message, serverError } from "./answers.ts";
import { AVAILABLE_SCOPES } from "./deploy-token-entity.ts";
import { type Checker, check, dateTime, type RawParameters, string } from "./parameters.ts";
import type { DeployTokenRow } from "./state.ts";

const MAX_LENGTH = 255;

interface Wanted {
  readonly name: string | null;
  readonly username: string;
  readonly expiresAt: Date | null;
  readonly scopes: readonly string[];
}

const readScopes = ({ raw, fault }: Checker): readonly string[] => {
  const value = raw["scopes"];
  if (value === undefined) {
    fault("scopes is missing");
    return [];
  }
  const words: readonly unknown[] = Array.isArray(value)
    ? value
    : String(value ?? "")
        .split(",")
        .map((word) => word.trim())
        .filter(Boolean);
  const known = new Set<unknown>(AVAILABLE_SCOPES);
  if (words.some((word) => !known.has(word))) fault("scopes does not have a valid value");
  return words.map(String);
};

/** What Grape refuses before it looks at who asks. */
export const readDeployToken = (raw: RawParameters): Wanted =>
  check(raw, (checker) => {
    const name = string(checker, "name");
    if (name === undefined && raw["name"] === undefined) checker.fault("name is missing");
    const scopes = readScopes(checker);
    const expiresAt = dateTime(checker, "expires_at");
    return { name: name ?? null, scopes, expiresAt, username: string(checker, "username") ?? "" };
  });

const sentence = (parts: readonly string[]): string =>
  parts.length < 3 ? parts.join(" and ") : `${parts.slice(0, -1).join(", ")}, and ${parts.at(-1)}`;

const tooLong = (attribute: string, value: string): string[] =>
  Array.from(value).length > MAX_LENGTH
    ? [`${attribute} is too long (maximum is ${MAX_LENGTH} characters)`]
    : [];

/** What GitLab's model refuses, after it has let the caller in. */
export const admitDeployToken = (
  wanted: Wanted,
): Pick<DeployTokenRow, "name" | "username" | "scopes" | "expiresAt"> => {
  const { name, username, scopes, expiresAt } = wanted;
  const faults = [
    ...(scopes.length === 0 ? ["Scopes can't be blank"] : []),
    ...tooLong("Name", name ?? ""),
    ...tooLong("Username", username),
    ...(/^[a-zA-Z0-9.+_-]*$/.test(username)
      ? []
      : ["Username can contain only letters, digits, '_', '-', '+', and '.'"]),
  ];
  if (faults.length > 0) throw message(400, sentence(faults));
  // The column is NOT NULL and nothing checks before it.
  if (name === null) throw serverError();
  return { name, username: username === "" ? null : username, scopes, expiresAt };
};
