import type { Secret } from "./secret.ts";

const SHORTEST = 8;

/** Takes the value, and every longer run of characters in it, out of a text that a server wrote. */
export const scrub = (text: string, secret: Secret): string => {
  const value = secret.reveal();
  const parts = value.match(/[A-Za-z0-9_-]+/g)?.filter((part) => part.length >= SHORTEST) ?? [];
  return [value, ...parts].reduce(
    (rest, part) => (part === "" ? rest : rest.replaceAll(part, "[secret]")),
    text,
  );
};
