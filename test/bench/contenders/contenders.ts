import { environmentFor } from "../measure/program.ts";
import { type Measured, runMeasured } from "../measure/run-measured.ts";
import { projectId } from "../world/estate.ts";
import type { World } from "../world/start.ts";

const script = (name: string): string => new URL(name, import.meta.url).pathname;

interface ContenderRun {
  readonly world: World;
  readonly folder: string;
}

/** The same requests as an idle pass sends, over undici's Pool, by so many loops. */
export const barePool = ({ world, folder }: ContenderRun, concurrency: number): Promise<Measured> =>
  runMeasured({
    args: [
      script("pool.ts"),
      "lists",
      String(concurrency),
      String(projectId(0)),
      String(world.estate.projects),
    ],
    folder,
    env: environmentFor(world),
  });
