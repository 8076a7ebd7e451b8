import { type AwsStep, toStoreError } from "./aws-errors.ts";
import { readFailure, surelyNotDone } from "./aws-failure.ts";

/** Retries hide what became of the attempts before the last, so only a first answer proves that nothing was done. */
export const calling = async <Result>(step: AwsStep, send: () => Promise<Result>): Promise<Result> => {
  try {
    return await send();
  } catch (error) {
    const failure = readFailure(error);
    const refused = failure.attempts <= 1 && surelyNotDone(failure, true);
    throw toStoreError(failure, step, refused ? "refused" : "unknown");
  }
};
