/** Nothing was sent. */
export class StoppedByGate extends Error {
  constructor() {
    super("stopped by the gate");
  }
}
