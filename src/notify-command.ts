import { randomUUID } from "node:crypto";
import { type Loaded, load, type Options, styleOf } from "./command.ts";
import { milliseconds, SECOND } from "./model/duration.ts";
import { NotificationError, RequestError } from "./model/errors.ts";
import type { ReceiverSettings } from "./model/policy.ts";
import { surroundings } from "./notifier.ts";
import { createReceiver } from "./notify/create-receiver.ts";
import { deliver } from "./notify/deliver.ts";
import type { Receiver } from "./notify/receiver.ts";
import { EXIT, type Program } from "./program.ts";
import { testDigest } from "./report/digest-words.ts";
import { paint, type Style, safeText, wrap } from "./report/text.ts";

export interface NotifyCommandOptions extends Options {
  readonly test?: boolean;
  readonly receiver?: string;
}

const HOW = { deadline: milliseconds(10 * SECOND), attempts: 3, isSuperseded: () => false };

/** Sends a test digest to each receiver, and says what came of it. */
export const notifyCommand = async (program: Program, options: NotifyCommandOptions): Promise<number> => {
  if (options.test !== true)
    throw new RequestError("`notify` needs --test: it sends a test digest to the policy's receivers");
  const loaded = load(program, options);
  const chosen = choose(loaded.policy.notify, options.receiver);
  const style = styleOf(program);
  const outcomes = await Promise.all(chosen.map((receiver) => tryOut(program, loaded, receiver)));
  for (const outcome of outcomes) program.stdout.write(`${outcomeText(outcome, style)}\n`);
  return outcomes.some(({ problem }) => problem !== undefined) ? EXIT.failed : EXIT.done;
};

const choose = (
  receivers: readonly ReceiverSettings[],
  name: string | undefined,
): readonly ReceiverSettings[] => {
  if (receivers.length === 0)
    throw new RequestError("the policy names no receiver: add one under `notify:`, see rotation.yaml");
  if (name === undefined) return receivers;
  const chosen = receivers.filter((receiver) => receiver.name === name);
  if (chosen.length > 0) return chosen;
  const known = receivers.map((receiver) => receiver.name).join(", ");
  throw new RequestError(`the policy has no receiver "${name}", expected one of: ${known}`);
};

interface Outcome {
  readonly name: string;
  readonly address: string;
  /** Absent when it was sent. */
  readonly problem: string | undefined;
}

const tryOut = async (
  program: Program,
  { policy, policyFile, settings }: Loaded,
  chosen: ReceiverSettings,
): Promise<Outcome> => {
  const { name } = chosen;
  let receiver: Receiver | undefined;
  let address: string = chosen.type;
  try {
    receiver = await createReceiver(chosen, surroundings(program, { policyFile, settings }));
    address = receiver.address();
    const digest = testDigest(program.clock.now(), policy.gitlab.url);
    await deliver(
      receiver,
      { id: randomUUID(), digest },
      { ...HOW, clock: program.clock, stop: program.stop },
    );
    return { name, address, problem: undefined };
  } catch (error) {
    // Whatever else it is may repeat the URL.
    const problem = error instanceof NotificationError ? error.message : "an unexpected error";
    return { name, address, problem };
  } finally {
    receiver?.close();
  }
};

const outcomeText = ({ name, address, problem }: Outcome, style: Style): string => {
  const label = problem === undefined ? paint(style, "green", "sent  ") : paint(style, "red", "failed");
  const first = `${label} ${safeText(name)} (${safeText(address)})`;
  return problem === undefined ? first : `${first}\n${wrap(safeText(problem), style.columns, "       ")}`;
};
