import type { Target } from "../../model/target.ts";
import type { Rest } from "../rest.ts";
import type { Targets } from "../targets.ts";
import { type Place, readPlace } from "./place.ts";

/** A group with thousands of unfit projects must not cost thousands of requests. */
const MOST = 5;

/** Where a target's token should be let in: the project itself, or the first few below the group. Each is read once. */
export type Places = () => AsyncIterable<Place>;

export const createPlaces = (rest: Rest, targets: Targets, target: Target): Places => {
  // Promises, so that what cannot be read fails for whoever comes later too.
  const known: Promise<Place | undefined>[] = [];
  const more = (target.kind === "project" ? theProject(rest, target) : below(rest, targets, target))[
    Symbol.asyncIterator
  ]();
  return async function* places() {
    for (let index = 0; ; index += 1) {
      known[index] ??= more.next().then(({ value }) => value);
      const place = await known[index];
      if (place === undefined) return;
      yield place;
    }
  };
};

async function* theProject(rest: Rest, target: Target): AsyncGenerator<Place, undefined, undefined> {
  yield await readPlace(rest, target);
}

async function* below(
  rest: Rest,
  targets: Targets,
  group: Target,
): AsyncGenerator<Place, undefined, undefined> {
  let count = 0;
  for await (const project of targets.projectsBelow(group)) {
    yield await readPlace(rest, project);
    count += 1;
    if (count === MOST) return;
  }
}
