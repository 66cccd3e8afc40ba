import { FluxionError } from "../expression/error.ts";
import { describe } from "../expression/expression.ts";

/** How many steps a simplification may still take: a node, or an application of a rule, is one. */
export class Budget {
  #left: number;

  constructor(steps: number) {
    this.#left = steps;
  }

  /** Takes a step; false when none is left. */
  take(): boolean {
    return this.#left > 0 && this.#left-- > 0;
  }

  /** True when no step is left. */
  get isSpent(): boolean {
    return this.#left <= 0;
  }
}

/**
 * The budget of an option; without one, three times what an expression of so many nodes was ever seen to take, so that rules
 * without end do end soon. Throws `bad-option`.
 */
export function budgetFor(maxSteps: number | undefined, nodes: number): Budget {
  if (maxSteps === undefined) return new Budget(100 * (nodes + 20));
  if (typeof maxSteps !== "number" || !(maxSteps >= 0)) {
    throw new FluxionError("bad-option", `maxSteps is a number of steps, got ${describe(maxSteps)}`);
  }
  return new Budget(maxSteps);
}
