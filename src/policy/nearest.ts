import { distance } from "fastest-levenshtein";

const MAX_LENGTH = 64;

const fold = (word: string): string => word.toLowerCase().replaceAll(/[-_ ]/g, "");

/** `, did you mean "lifetime"?`, or nothing when no known word is near. */
export const didYouMean = (word: unknown, known: readonly string[]): string => {
  const meant = typeof word === "string" ? nearest(word, known) : undefined;
  return meant === undefined ? "" : `, did you mean "${meant}"?`;
};

/** The known word that was meant, when one is near. */
export const nearest = (word: string, known: readonly string[]): string | undefined => {
  if (word.length > MAX_LENGTH) return undefined;
  const folded = fold(word);
  const longer =
    folded.length < 3 ? undefined : known.find((candidate) => fold(candidate).startsWith(folded));
  if (longer !== undefined) return longer;
  const ranked = known
    .map((candidate) => ({ candidate, far: distance(folded, fold(candidate)) }))
    .sort((one, other) => one.far - other.far);
  const [best] = ranked;
  const reach = word.length < 4 ? 1 : Math.max(2, Math.floor(word.length / 3));
  return best !== undefined && best.far <= reach ? best.candidate : undefined;
};

/** `json or plain`, `adopt, replace or report`. */
export const inWords = (words: readonly string[]): string =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
