/** What a first Ctrl-C sets, and how to have no more to do with it. */
export interface Interruption {
  /** What `train` takes as `signal`. */
  readonly signal: { readonly aborted: boolean };
  /** Gives Ctrl-C back its usual meaning. */
  readonly release: () => void;
}

/**
 * Takes the first Ctrl-C (SIGINT) for a wish to stop: `train(model, data, { ...options, signal })` then ends before its next step, and
 * its state can be saved. A second one ends the process as it always does.
 */
export function untilInterrupted(): Interruption {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  // With the listener goes what it stands in the way of.
  process.once("SIGINT", abort);
  return { signal: controller.signal, release: () => void process.removeListener("SIGINT", abort) };
}
