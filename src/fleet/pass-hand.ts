import { type Job, type Queue, WaitingChildrenError } from "bullmq";
import { FORGOTTEN, type Grip, type PassData, stillOurs, type WorkData } from "./jobs.ts";
import { LANES, type Lane, type Outcome, type PassHand, type WorkOrder } from "./orders.ts";
import { unpack } from "./packed.ts";

export interface HandOptions {
  readonly job: Job<PassData>;
  readonly token: string | undefined;
  readonly grip: Grip;
  readonly work: Readonly<Record<Lane, Queue<WorkData>>>;
}

/** Job data in chunks, so that no single command holds Redis up. */
const CHUNK = 500;

/** A pass in the hand of the worker that has its job. */
export const createPassHand = ({ job, token, grip, work }: HandOptions): PassHand => {
  const { pass, policy, startedAt } = job.data;
  const jobId = (name: string): string => `${pass}.${name}`;
  const parent = { id: pass, queue: job.queueQualifiedName };

  const send = async (orders: readonly WorkOrder[], lane: Lane): Promise<void> => {
    const jobs = orders
      .filter((order) => order.lane === lane)
      .map(({ name, body }) => ({
        name: "part",
        data: { pass, policy, name, lane, body },
        opts: { jobId: jobId(name), parent, ignoreDependencyOnFailure: true, ...FORGOTTEN },
      }));
    for (let index = 0; index < jobs.length; index += CHUNK)
      await stillOurs(work[lane].addBulk(jobs.slice(index, index + CHUNK)));
  };

  return {
    order: { id: pass, policy, startedAt: new Date(startedAt) },
    results: async (orders) => {
      for (;;) {
        const known = await outcomesOf(job);
        const missing = orders.filter(({ name }) => !known.has(jobId(name)));
        if (missing.length > 0) {
          // Whoever was frozen meanwhile must not send out what another has sent already.
          await grip.holdOn(job, token);
          for (const lane of LANES) await send(missing, lane);
        } else if (orders.every(({ name }) => known.get(jobId(name)) !== undefined)) {
          return new Map(orders.map(({ name }) => [name, known.get(jobId(name)) ?? NOTHING]));
        }
        if (await stillOurs(job.moveToWaitingChildren(token ?? ""))) throw new WaitingChildrenError();
      }
    },
  };
};

const NOTHING: Outcome = { failed: "nobody has done it" };

/** By job id: what became of a pass's parts; `undefined` for those that somebody is still at. */
const outcomesOf = async (job: Job): Promise<ReadonlyMap<string, Outcome | undefined>> => {
  const { processed = {}, unprocessed = [], ignored = {}, failed = [] } = await job.getDependencies();
  const idOf = (key: string): string => key.slice(key.lastIndexOf(":") + 1);
  const known = new Map<string, Outcome | undefined>();
  for (const key of unprocessed) known.set(idOf(key), undefined);
  for (const key of failed) known.set(idOf(key), NOTHING);
  for (const [key, reason] of Object.entries(ignored)) known.set(idOf(key), { failed: String(reason) });
  for (const [key, value] of Object.entries(processed)) known.set(idOf(key), await unpack(String(value)));
  return known;
};
