import { GitLabError } from "../model/errors.ts";
import type { GitLab } from "../model/ports.ts";
import { createTokenTable, type TokenTable } from "./token-table.ts";

/** Every token of the instance, as its list showed them while its pages were turned. */
export interface TokenSweep {
  readonly tokens: TokenTable;
  /** Our clock less GitLab's, in milliseconds; the smallest of all answers. */
  readonly clockSkew: number | undefined;
}

const PAGE = 100;
const READINGS = 2;

const smaller = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || (other !== undefined && Math.abs(other) < Math.abs(one)) ? other : one;

type Reading = TokenSweep & { readonly isWhole: boolean };

const read = async (gitlab: GitLab, maxPages: number): Promise<Reading | undefined> => {
  const tokens = createTokenTable();
  let clockSkew: number | undefined;
  let total: number | undefined;
  let pages = 0;
  for await (const page of gitlab.instanceTokens()) {
    pages += 1;
    total = page.total;
    if (Math.max(pages, (total ?? 0) / PAGE) > maxPages) return undefined;
    clockSkew = smaller(clockSkew, page.clockSkew);
    for (const token of page.tokens) tokens.add(token);
  }
  // One that is deleted while a page is turned moves the rest up, and another slips through.
  return { tokens, clockSkew, isWhole: total === undefined || total === tokens.size };
};

/** Whether the list of all tokens is ours to read. Where that cannot be told it is not: targets say what is wrong, if anything is. */
export const mayListInstance = async (gitlab: Pick<GitLab, "mayListInstance">): Promise<boolean> => {
  try {
    return await gitlab.mayListInstance();
  } catch (error) {
    if (error instanceof GitLabError) return false;
    throw error;
  }
};

/**
 * `undefined` where the list is no help: our access token may not see it, it has more pages than there are targets to list,
 * or it cannot be read. Then every target is listed on its own, which says what is wrong, if anything is.
 */
export const sweepTokens = async (gitlab: GitLab, targets: number): Promise<TokenSweep | undefined> => {
  if (targets < 2) return undefined;
  try {
    for (let reading = 1; reading <= READINGS; reading += 1) {
      const sweep = await read(gitlab, targets);
      if (sweep === undefined || sweep.isWhole) return sweep;
    }
    return undefined;
  } catch (error) {
    if (error instanceof GitLabError) return undefined;
    throw error;
  }
};
