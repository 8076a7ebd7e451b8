/** One line of the text format: a name, its labels, its value. */
export interface Sample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

/** What `# HELP` and `# TYPE` say of a metric, and its samples. */
export interface Family {
  readonly name: string;
  readonly help: string | undefined;
  readonly type: string | undefined;
  readonly samples: readonly Sample[];
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,?)/;
const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  histogram: ["_bucket", "_sum", "_count"],
  summary: ["_sum", "_count"],
};

const unescaped = (text: string): string =>
  text.replaceAll(/\\(.)/g, (_, character: string) => (character === "n" ? "\n" : character));

const parseLabels = (text: string): { labels: Map<string, string>; rest: string } => {
  const labels = new Map<string, string>();
  let rest = text;
  while (!rest.startsWith("}")) {
    const [whole, key = "", value = "", comma] = LABEL.exec(rest) ?? [];
    if (whole === undefined) throw new Error(`no label: ${rest}`);
    if (labels.has(key)) throw new Error(`the label ${key} twice`);
    labels.set(key, unescaped(value));
    rest = rest.slice(whole.length);
    if (comma === "" && !rest.startsWith("}")) throw new Error(`no comma: ${rest}`);
  }
  return { labels, rest: rest.slice(1) };
};

const parseValue = (text: string): number => {
  if (/^[+-]?Inf$/.test(text))
    return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  // Go reads it in any case, and prom-client writes `Nan`.
  if (/^nan$/i.test(text)) return Number.NaN;
  if (text.trim() === "" || Number.isNaN(Number(text))) throw new Error(`no value: ${text}`);
  return Number(text);
};

const parseSample = (line: string): Sample => {
  const [name] = NAME.exec(line) ?? [];
  if (name === undefined) throw new Error(`no sample: ${line}`);
  const after = line.slice(name.length);
  const { labels, rest } = after.startsWith("{")
    ? parseLabels(after.slice(1))
    : { labels: new Map<string, string>(), rest: after };
  if (!rest.startsWith(" ")) throw new Error(`no space before the value: ${line}`);
  return { name, labels, value: parseValue(rest.slice(1)) };
};

/** Prometheus' text format, version 0.0.4. Throws at the first thing that is none of it. */
export const parseMetrics = (text: string): readonly Family[] => {
  if (!text.endsWith("\n")) throw new Error("the last line has no end");
  const families = new Map<string, { name: string; help?: string; type?: string; samples: Sample[] }>();
  const family = (name: string) => {
    const known = families.get(name) ?? { name, samples: [] };
    families.set(name, known);
    return known;
  };
  const owner = (name: string) =>
    [...families.values()].find(({ name: base, type = "" }) =>
      SUFFIXES[type]?.some((suffix) => name === `${base}${suffix}`),
    ) ?? family(name);
  for (const line of text.split("\n")) {
    const [, keyword, name = "", words = ""] = /^# (HELP|TYPE) (\S+) ?(.*)$/.exec(line) ?? [];
    if (keyword === undefined) {
      if (line !== "" && !line.startsWith("#")) {
        const sample = parseSample(line);
        owner(sample.name).samples.push(sample);
      }
      continue;
    }
    const known = family(name);
    const key = keyword === "HELP" ? "help" : "type";
    if (known[key] !== undefined) throw new Error(`${keyword} of ${name} twice`);
    if (known.samples.length > 0) throw new Error(`${keyword} of ${name} behind its samples`);
    known[key] = words;
  }
  return [...families.values()].map(({ name, help, type, samples }) => ({ name, help, type, samples }));
};
