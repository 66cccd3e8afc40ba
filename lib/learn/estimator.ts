import type { ComputedArray } from "../evaluate.ts";
import type { Definitions } from "../expression/definition.ts";
import { FluxionError } from "../expression/error.ts";
import { readingOf } from "../expression/indices.ts";
import { suggestion } from "../expression/nearest.ts";
import type { FlatArray } from "../expression/values.ts";
import { type Arrays, type Computation, computation } from "./computation.ts";
import { type Samples, samplesOf, type Targets } from "./data.ts";
import { type CheckedOptions, checkedOptions, type Descent, descend, type FitOptions, type Report } from "./descent.ts";
import type { ModelFormulas } from "./formulas.ts";
import { sgd, type Updates } from "./optimisers.ts";
import { rowNumbers } from "./random.ts";
import { type TrainingStep, trainingStep } from "./step.ts";

/**
 * What all models share. Their formulas are there from the beginning, to be printed, drawn or differentiated; how many values
 * the indices take comes with the data.
 */
export abstract class Estimator {
  readonly #formulas: ModelFormulas;
  readonly #options: CheckedOptions;
  readonly #step: TrainingStep;
  readonly #computations = new Map<string, Computation>();
  #fitted: Fit | undefined;

  constructor(formulas: ModelFormulas, options: FitOptions) {
    this.#formulas = formulas;
    this.#options = checkedOptions(options);
    this.#step = trainingStep(formulas.definitions, formulas.parameters, sgd(this.#options.stepSize));
  }

  /** The formulas of `prediction`, `loss` and `objective`, and of what they are made of. */
  get definitions(): Definitions {
    return this.#step.forward;
  }

  /** The backward pass as formulas, in which `dW1[j,k]` is the gradient of the objective by `W1[j,k]`. */
  get gradients(): Definitions {
    return this.#step.backward;
  }

  /** What a step makes of each parameter, as a formula, by its reading `W1[j,k]`. */
  get updates(): Updates {
    return this.#step.updates;
  }

  /** What was learnt, by name. Throws `not-fitted` before the first fit. */
  get parameters(): Arrays {
    return this.#fit().parameters;
  }

  /** The reports of the last fit. Throws `not-fitted` before the first one. */
  get history(): readonly Report[] {
    return this.#fit().history;
  }

  /**
   * Learns the parameters from the beginning. Throws `bad-value` for samples or targets that are no numbers or not as many,
   * `not-finite` where the steps are too large.
   */
  fit(X: Samples, y: Targets): this {
    const { target, extents: given } = this.#formulas;
    const x = samplesOf(X);
    const [count = 0, features = 0] = x.shape;
    const targets = target.read(y, count, given);
    const extents = new Map([...target.extents(targets), ...given, ["j", features]]);
    const data = new Map([
      ["x", x],
      [readingOf(target.reading).name, targets],
    ]);
    this.#fitted = { ...descend(this.#formulas, this.#step, data, extents, this.#options), extents };
    return this;
  }

  /** How well predictions meet the targets: 1 is best. Throws as `compute` does. */
  score(X: Samples, y: Targets): number {
    return this.compute("score", X, y).data[0] ?? Number.NaN;
  }

  /**
   * The value of the definition or gradient called `name` at these samples, for the parameters that were learnt. Throws
   * `not-fitted` before the first fit, `bad-value` for data of another width, `unbound-variable` for a name that is none or
   * where targets are needed and not given.
   */
  compute(name: string, X: Samples, y?: Targets): ComputedArray {
    const { parameters, extents } = this.#fit();
    const x = samplesOf(X, extents.get("j"));
    const [count = 0] = x.shape;
    const { target } = this.#formulas;
    const arrays = new Map([["x", x], ["position", positions(extents.get("c") ?? 0)], ...parameters]);
    if (y !== undefined) arrays.set(readingOf(target.reading).name, target.read(y, count, extents));
    return this.#computation(name)(arrays, new Map([...extents, ["n", count]]));
  }

  #computation(name: string): Computation {
    const known = this.#computations.get(name);
    if (known !== undefined) return known;
    const all = [...this.definitions, ...this.#formulas.scoring, ...this.gradients];
    const asked = all.find(one => one.name === name);
    if (asked === undefined) {
      const names = all.map(one => one.name);
      throw new FluxionError("unbound-variable", `no formula of the model is called ${name}${suggestion(name, names)}`);
    }
    const made = computation(all, asked);
    this.#computations.set(name, made);
    return made;
  }

  #fit(): Fit {
    if (this.#fitted !== undefined) return this.#fitted;
    throw new FluxionError("not-fitted", "the model knows no parameters yet; fit it to data first");
  }
}

type Fit = Descent & { readonly extents: ReadonlyMap<string, number> };

const positions = (count: number): FlatArray => ({ shape: [count], data: rowNumbers(count) });
