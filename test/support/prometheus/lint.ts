import type { Family, Sample } from "./parse.ts";

const UNITS = [
  ["milliseconds", "seconds"],
  ["microseconds", "seconds"],
  ["minutes", "seconds"],
  ["hours", "seconds"],
  ["days", "seconds"],
  ["kilobytes", "bytes"],
  ["megabytes", "bytes"],
  ["percent", "ratio"],
] as const;
const TYPES = ["counter", "gauge", "histogram", "summary"];
const ABBREVIATIONS = ["ms", "s", "sec", "secs", "kb", "mb", "b", "pct"];

const namesWrong = ({ name, type }: Family): string[] => {
  const words = name.split("_");
  return [
    ...(name.includes(":") ? ["a colon is for recording rules"] : []),
    ...(/[A-Z]/.test(name) ? ["camelCase"] : []),
    ...(type === "counter" && !name.endsWith("_total") ? ["a counter should end in _total"] : []),
    ...(type !== "counter" && name.endsWith("_total") ? ["only a counter should end in _total"] : []),
    ...(/_(bucket|sum|count)$/.test(name) ? ["a suffix that belongs to histograms"] : []),
    ...TYPES.filter((word) => words.includes(word)).map((word) => `the type ${word} in the name`),
    ...UNITS.filter(([unit]) => words.includes(unit)).map(([unit, base]) => `${unit}: use ${base}`),
    ...ABBREVIATIONS.filter((word) => words.includes(word)).map((word) => `the abbreviation ${word}`),
  ];
};

const samplesWrong = ({ type, samples }: Family): string[] => {
  const keys = samples.map(({ name, labels }) => JSON.stringify([name, ...[...labels].sort()]));
  const labels = new Set(samples.flatMap((sample) => [...sample.labels.keys()]));
  return [
    ...(new Set(keys).size < keys.length ? ["one series twice"] : []),
    ...[...labels].filter((label) => /[A-Z]/.test(label)).map((label) => `the label ${label} in camelCase`),
    ...(type !== "histogram" && labels.has("le") ? ["the label le without a histogram"] : []),
    ...(type !== "summary" && labels.has("quantile") ? ["the label quantile without a summary"] : []),
    ...(type === "counter" && samples.some(({ value }) => !(value >= 0)) ? ["a counter below zero"] : []),
  ];
};

const histogramWrong = ({ name, type, samples }: Family): string[] => {
  if (type !== "histogram") return [];
  const series = new Map<string, Sample[]>();
  for (const sample of samples) {
    const key = JSON.stringify([...sample.labels].filter(([label]) => label !== "le").sort());
    series.set(key, [...(series.get(key) ?? []), sample]);
  }
  return [...series.values()].flatMap((group) => {
    const buckets = group.filter((sample) => sample.name === `${name}_bucket`);
    const count = group.find((sample) => sample.name === `${name}_count`)?.value;
    const values = buckets.map(({ value }) => value);
    const last = buckets.find(({ labels }) => labels.get("le") === "+Inf")?.value;
    return [
      ...(last === undefined || last !== count ? ["its +Inf bucket is not its count"] : []),
      ...(values.some((value, index) => value < (values[index - 1] ?? 0)) ? ["buckets that shrink"] : []),
      ...(group.some((sample) => sample.name === `${name}_sum`) ? [] : ["no sum"]),
    ];
  });
};

/** What `promtool check metrics` would say, and a little more. */
export const lintMetrics = (families: readonly Family[]): readonly string[] =>
  families.flatMap((family) =>
    [
      ...(family.help ? [] : ["no help text"]),
      ...(TYPES.includes(family.type ?? "") ? [] : [`no type (${family.type})`]),
      ...namesWrong(family),
      ...samplesWrong(family),
      ...histogramWrong(family),
    ].map((problem) => `${family.name}: ${problem}`),
  );
