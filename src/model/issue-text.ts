/** What a schema's check finds wrong, as zod tells it. */
interface Found {
  readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
}

/**
 * Where an answer is not what is documented, and how: `12.name: Invalid input`. Names places and types, never values: one of
 * them may be a token. `at` is where in the whole answer the part that was checked stands.
 */
export const issueText = ({ issues: [issue] }: Found, at: readonly (string | number)[] = []): string => {
  const where = [...at, ...(issue?.path ?? [])].map(String).join(".");
  return [where, issue?.message ?? "unreadable"].filter(Boolean).join(": ");
};
