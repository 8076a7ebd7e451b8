import type { Asked } from "./plan/doctor-token.ts";

/** An answer or a failure, as a value to be judged. */
export const asked = <Value>(answer: Promise<Value>): Promise<Asked<Value>> =>
  answer.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
