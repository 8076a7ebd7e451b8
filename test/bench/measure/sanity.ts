import type { Measured } from "./run-measured.ts";

/** Whether a pass says that it kept every lineage, did nothing and found nothing else. */
export const keptAll =
  (lineages: number) =>
  ({ stdout }: Measured): string | undefined => {
    const words = stdout.slice(-400).replaceAll(/\s+/g, " ");
    const counts = [...words.matchAll(/(\d+) (created|rotated|deleted|failed|kept|to [a-z]+(?: at)?)/g)];
    const others = counts.filter(([, count, what]) => count !== "0" && what !== "kept" && what !== "to keep");
    const kept = counts.find(([, , what]) => what === "kept" || what === "to keep")?.[1];
    return Number(kept) === lineages && others.length === 0
      ? undefined
      : `it ends with "${words}", not ${lineages} kept`;
  };

export const between = (
  what: string,
  value: number,
  [least, most]: readonly [number, number],
): string | undefined =>
  value >= least && value <= most ? undefined : `${value} ${what}, expected ${least} to ${most}`;
