export type Strictness =
  /** Same keys, same types. */
  | "shape"
  /** Ours may leave keys out. */
  | "subset"
  /** Same values too. */
  | "value";

const typeOf = (value: unknown): string =>
  value === null ? "null" : Array.isArray(value) ? "array" : typeof value;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeOf(value) === "object";

const inObjects = (
  recorded: Readonly<Record<string, unknown>>,
  ours: Readonly<Record<string, unknown>>,
  { strictness, at }: { strictness: Strictness; at: string },
): string[] => {
  const path = (key: string): string => (at === "" ? key : `${at}.${key}`);
  const extra = Object.keys(ours).filter((key) => !(key in recorded));
  const missing = strictness === "subset" ? [] : Object.keys(recorded).filter((key) => !(key in ours));
  return [
    ...extra.map((key) => `${path(key)} is not in the recording`),
    ...missing.map((key) => `${path(key)} is missing`),
    ...Object.keys(ours)
      .filter((key) => key in recorded)
      .flatMap((key) => differences(recorded[key], ours[key], { strictness, at: path(key) })),
  ];
};

/** What an answer of ours has that a recorded one has not, or the other way round; one line each. */
export const differences = (
  recorded: unknown,
  ours: unknown,
  { strictness, at }: { strictness: Strictness; at: string },
): string[] => {
  if (typeOf(recorded) !== typeOf(ours)) {
    return [`${at || "the body"} is ${typeOf(ours)}, recorded as ${typeOf(recorded)}`];
  }
  if (isObject(recorded) && isObject(ours)) return inObjects(recorded, ours, { strictness, at });
  if (Array.isArray(recorded) && Array.isArray(ours)) {
    if (strictness === "value" && recorded.length !== ours.length) {
      return [`${at || "the body"} has ${ours.length} items, recorded ${recorded.length}`];
    }
    return ours
      .slice(0, recorded.length)
      .flatMap((item, index) => differences(recorded[index], item, { strictness, at: `${at}[${index}]` }));
  }
  return strictness !== "value" || recorded === ours
    ? []
    : [`${at || "the body"} is ${JSON.stringify(ours)}, recorded as ${JSON.stringify(recorded)}`];
};
