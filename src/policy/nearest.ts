import { distance } from "fastest-levenshtein";

const MAX_LENGTH = 64;

const fold = (word: string): string => word.toLowerCase().replaceAll(/[-_ ]/g, "");

/** `, did you mean "lifetime"?`, or nothing when no known word is near. */
export const didYouMean = (word: unknown, known: readonly string[]): string => {
  if (typeof word !== "string" || word.length > MAX_LENGTH) return "";
  const folded = fold(word);
  const longer =
    folded.length < 3 ? undefined : known.find((candidate) => fold(candidate).startsWith(folded));
  if (longer !== undefined) return `, did you mean "${longer}"?`;
  const ranked = known
    .map((candidate) => ({ candidate, far: distance(folded, fold(candidate)) }))
    .sort((one, other) => one.far - other.far);
  const [best] = ranked;
  const reach = word.length < 4 ? 1 : Math.max(2, Math.floor(word.length / 3));
  return best !== undefined && best.far <= reach ? `, did you mean "${best.candidate}"?` : "";
};

/** `json or plain`, `adopt, replace or report`. */
export const inWords = (words: readonly string[]): string =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
