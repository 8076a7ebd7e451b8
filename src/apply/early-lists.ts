import type { GitLab, ReadListing } from "../model/ports.ts";
import type { Target } from "../model/target.ts";
import { targetKey } from "../plan/audit-scope.ts";

/** The tokens of targets that are listed while others are still being looked for. */
export interface EarlyLists {
  /** The policy reaches it, as far as can be told. */
  found(target: Target): void;
  /** Nothing is asked for before it is known that targets are listed one by one. */
  open(): void;
  /** Nothing further is asked for. */
  close(): void;
  /** What has been asked for, once. */
  take(target: Target): Promise<ReadListing> | undefined;
}

/** Lists that wait for all targets to be known, at most, as a multiple of those that are under way. */
const MOST_WAITING = 10;

export const createEarlyLists = (gitlab: Pick<GitLab, "fetchTokens">, concurrency: number): EarlyLists => {
  const most = MOST_WAITING * concurrency;
  const toAsk = new Map<string, Target>();
  const asked = new Map<string, Promise<ReadListing>>();
  let underWay = 0;
  let isOpen = false;

  const askOn = (): void => {
    for (const [key, target] of toAsk) {
      if (!isOpen || underWay >= concurrency) return;
      toAsk.delete(key);
      underWay += 1;
      const list = gitlab.fetchTokens(target);
      asked.set(key, list);
      const ended = (): void => {
        underWay -= 1;
        askOn();
      };
      // Whoever takes it is told of a failure; a target may turn out to be none of ours, and then nobody does.
      list.then(ended, ended);
    }
  };

  return {
    found: (target) => {
      const key = targetKey(target);
      if (toAsk.size + asked.size >= most || asked.has(key)) return;
      toAsk.set(key, target);
      askOn();
    },
    open: () => {
      isOpen = true;
      askOn();
    },
    close: () => {
      isOpen = false;
      toAsk.clear();
    },
    take: (target) => {
      const key = targetKey(target);
      const list = asked.get(key);
      asked.delete(key);
      return list;
    },
  };
};
