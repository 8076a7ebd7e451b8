import type { Chronicle, Happening } from "./chronicle.ts";

export const STEPS = [
  "before the record",
  "between record and POST",
  "between POST and put",
  "after the put",
  "during a deletion",
] as const;
export type Step = (typeof STEPS)[number];

const WRITES = ["ensure", "record", "create", "put", "delete"];

/** Where in the protocol a lineage stands after what was seen of it last. An arrived request was not yet carried out. */
const stepAfter = ({ kind, phase }: Happening): Step => {
  const done = phase === "committed";
  switch (kind) {
    case "record":
      return done ? "between record and POST" : "before the record";
    case "create":
      return done ? "between POST and put" : "between record and POST";
    case "put":
      return done ? "after the put" : "between POST and put";
    case "delete":
      return "during a deletion";
    default:
      return "before the record";
  }
};

/** Where the death of a child cuts: the step that it was at last, and how many rotations it leaves half done. */
export const cutOf = (
  { happenings, lives }: Chronicle,
  child: string,
): { readonly step: Step; readonly halfDone: number } => {
  const from = lives.get(child)?.from ?? 0;
  const alone = [...lives.values()].filter(({ until }) => until === undefined).length === 1;
  const latest = new Map<string, Happening>();
  let last: Happening | undefined;
  for (let index = happenings.length - 1; index >= 0; index -= 1) {
    const happening = happenings[index] as Happening;
    if (happening.at < from) break;
    // What was seen in the folder is put down to the only one that lives.
    const own = happening.child === child || (happening.child === undefined && alone);
    if (!own || !WRITES.includes(happening.kind)) continue;
    last ??= happening;
    const key = happening.secret ?? `token ${happening.tokenId}`;
    if (!latest.has(key)) latest.set(key, happening);
  }
  const steps = [...latest.values()].map(stepAfter);
  const halfDone = steps.filter((step) => step.startsWith("between")).length;
  return { step: last === undefined ? "before the record" : stepAfter(last), halfDone };
};
