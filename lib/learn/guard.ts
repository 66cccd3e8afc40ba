import { firstNotFinite } from "../data/batch.ts";
import type { StepMetrics, Stepper } from "./stepper.ts";
import { type BestEpoch, copyOf, type TrainedArrays } from "./training-state.ts";

/** Tells when a training is no longer finite, and finds the way back to where it was. Steps are counted over all epochs. */
export interface Guard {
  /** Remembers what is before a step, if the last memory is old. */
  readonly remember: (step: number, best: BestEpoch | undefined) => void;
  /** What is wrong with what a step computed, if something is. */
  readonly faultIn: (metrics: StepMetrics) => string | undefined;
  /** What is wrong with what was learnt. */
  readonly faultInArrays: () => string | undefined;
  /**
   * Takes the steps up to this one again, until one goes wrong: to remember each would cost too much. The arrays are then as
   * they were before the last step whose loss was finite.
   */
  readonly goBack: (upTo: number) => LastGood;
}

/** The number of steps that were done, what was best by then, and what went wrong after it. */
export interface LastGood {
  readonly step: number;
  readonly best: BestEpoch | undefined;
  readonly fault?: { readonly what: string; readonly step: number };
}

/** A guard of the arrays of these names. */
export function guardOf(stepper: Stepper, learnt: ReadonlySet<string>): Guard {
  const { arrays } = stepper;
  // One of two memories is older than the step that went wrong.
  let newer: Memory = { step: -1, best: undefined, time: 0, arrays };
  let older = newer;
  const faultInArrays = (): string | undefined => {
    for (const [name, { data }] of arrays) {
      const at = learnt.has(name) ? firstNotFinite(data) : -1;
      if (at >= 0) return `${name} came to hold ${data[at]}`;
    }
    return undefined;
  };
  return {
    faultIn,
    faultInArrays,
    remember(step, best) {
      const time = Date.now();
      // Where another one becomes best, it must be known what was best before.
      if (newer.step >= 0 && newer.best === best && time - newer.time < memoryMilliseconds) return;
      older = newer;
      newer = { step, best, time, arrays: copyOf(arrays) };
    },
    goBack(upTo) {
      const from = older.step < 0 ? newer : older;
      const bestBefore = (step: number): BestEpoch | undefined => (step < newer.step ? from : newer).best;
      restore(arrays, from.arrays);
      let good = { step: from.step, arrays: from.arrays };
      for (let { step } = from; step <= upTo; step++) {
        const before = copyOf(arrays);
        const fault = faultIn(stepper.take(step));
        if (fault === undefined) good = { step, arrays: before };
        const what = fault ?? faultInArrays();
        if (what === undefined) continue;
        restore(arrays, good.arrays);
        return { step: good.step, best: bestBefore(good.step), fault: { what, step } };
      }
      // Then the last step did it: what came after was the validation.
      restore(arrays, good.arrays);
      return { step: good.step, best: bestBefore(good.step) };
    },
  };
}

interface Memory {
  readonly step: number;
  readonly best: BestEpoch | undefined;
  readonly arrays: TrainedArrays;
  readonly time: number;
}

function faultIn({ loss, objective }: StepMetrics): string | undefined {
  if (!Number.isFinite(loss)) return `the loss was ${loss}`;
  return Number.isFinite(objective) ? undefined : `what is made small was ${objective}`;
}

function restore(arrays: TrainedArrays, from: TrainedArrays): void {
  for (const [name, { data }] of arrays) data.set(from.get(name)?.data ?? []);
}

const memoryMilliseconds = 1000;
