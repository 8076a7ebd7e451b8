import { cpus, release, totalmem, type } from "node:os";

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly node: string;
  readonly system: string;
}

export const thisMachine = (): Machine => ({
  cpu: cpus()[0]?.model.trim() ?? "an unknown processor",
  cores: cpus().length,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  node: process.versions.node,
  system: `${type()} ${release().split("-", 1)[0]}`,
});

export const machineText = ({ cpu, cores, memoryGiB, node, system }: Machine): string =>
  `${cpu}, ${cores} cores, ${memoryGiB} GiB of memory; ${system}; Node.js ${node}`;
