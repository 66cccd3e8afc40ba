import { FluxionError } from "../expression/error.ts";
import { asExpr, type Expr, type Variable, variable } from "../expression/expression.ts";
import { freeVariables } from "../expression/fold.ts";
import { add, div, mul, pow, sqrt, square, sub } from "../expression/functions.ts";
import { checkMemory, checkRange, numeral } from "./options.ts";
import { type Rate, rateAt } from "./rates.ts";
import { readingText } from "./signal.ts";

/** What a step makes of arrays: the new value of each, by its reading `W[j,k]`, or by its name if it is a scalar. */
export type Updates = Readonly<Record<string, Expr>>;

/**
 * How a step changes a parameter, given its reading `W[j,k]` and its gradient's, as expressions: what becomes of the
 * parameter and of the state that belongs to it. All is computed from the values before the step.
 */
export interface Optimiser {
  (parameter: Variable, gradient: Expr, context: OptimiserContext): Updates;
  /** How far its steps go, where that is to be told. */
  readonly rate?: Rate;
}

/** What an optimiser is told of the step that it is part of. */
export interface OptimiserContext {
  /** A name that nothing else of the step has, primed where the wish is taken. The same wish gives the same name. */
  readonly nameOf: (wish: string) => string;
  /** Whether the parameter is a weight, which decays; a bias does not. */
  readonly isWeight: boolean;
}

/** How strongly weights are pulled towards 0. */
export interface DecayOptions {
  /** This times the weight is added to its gradient; 0 unless said. Biases are exempt. */
  readonly decay?: number;
}

/** Options of `momentum` and `nesterov`. */
export interface MomentumOptions extends DecayOptions {
  /** What is kept of the velocity: 0.9 unless said. */
  readonly momentum?: number;
}

/** Options of `rmsProp`. */
export interface RmsPropOptions extends DecayOptions {
  /** What is kept of the average of squares: 0.9 unless said. */
  readonly beta?: number;
  /** What keeps the quotient finite: 1e-8 unless said. */
  readonly epsilon?: number;
}

/** Options of `adam` and `adamW`. */
export interface AdamOptions extends DecayOptions {
  /** What is kept of the averages of gradients and of their squares, or one number for both: `[0.9, 0.999]` unless said. */
  readonly beta?: number | readonly [number, number];
  /** What keeps the quotient finite: 1e-8 unless said. */
  readonly epsilon?: number;
  /**
   * What the averages are divided by: `1 - beta^t` at the step `t` (`"step"`, unless said), which makes up for their start at 0, or
   * `1 - beta` at every step (`"constant"`).
   */
  readonly correction?: "step" | "constant";
}

/** Gradient descent: `p - rate * g`. */
export const sgd = (rate: Rate, options: DecayOptions = {}): Optimiser =>
  optimiser(rate, options, ({ p, g, rate }) => [[p, sub(p, mul(rate, g))]]);

/**
 * Gradient descent with a velocity, `v ← momentum * v + g; p ← p - rate * v` (B. T. Polyak, Some methods of speeding up the
 * convergence of iteration methods, 1964). The velocity of `W` is the input `vW`, and starts at 0.
 */
export const momentum = (rate: Rate, options: MomentumOptions = {}): Optimiser =>
  withVelocity(rate, options, velocity => velocity);

/**
 * The same, looking one step ahead: `v ← momentum * v + g; p ← p - rate * (g + momentum * v)` (Y. Nesterov, 1983;
 * I. Sutskever et al., On the importance of initialization and momentum in deep learning, 2013, of which `p` is the point
 * where the gradient is taken). The velocity of `W` is the input `vW`, and starts at 0.
 */
export const nesterov = (rate: Rate, options: MomentumOptions = {}): Optimiser =>
  withVelocity(rate, options, (velocity, g, momentum) => add(g, mul(momentum, velocity)));

/**
 * Gradients by the root of the average of their squares: `v ← beta * v + (1 - beta) * g^2; p ← p - rate * g / (sqrt(v) + epsilon)`
 * (T. Tieleman and G. Hinton, Neural Networks for Machine Learning, lecture 6.5, 2012). The average of `W` is the input
 * `vW`, and starts at 0.
 */
export function rmsProp(rate: Rate = 0.001, options: RmsPropOptions = {}): Optimiser {
  const { beta = 0.9, epsilon = 1e-8 } = options;
  checkMemory("beta", beta);
  checkRange("epsilon", epsilon);
  return optimiser(rate, options, ({ p, g, rate, state }) => {
    const v = state("v");
    const next = averaged(beta, v, square(g));
    return [
      [v, next],
      [p, sub(p, div(mul(rate, g), add(sqrt(next), epsilon)))],
    ];
  });
}

/**
 * The average of the gradients by the root of that of their squares: `m ← beta1 * m + (1 - beta1) * g; v ← beta2 * v + (1 - beta2) * g^2;
 * p ← p - rate * (m / c1) / (sqrt(v / c2) + epsilon)`, with `c1 = 1 - beta1^t` at the step `t`, `c2` alike (D. P. Kingma and J. Ba, Adam: A
 * Method for Stochastic Optimization, 2015, algorithm 1).
 *
 * A `decay` is added to the gradient before both averages. With one `beta` and `correction: "constant"` it is the form that is
 * taught in courses: `c1 = c2 = 1 - beta`. The averages of `W` are the inputs `mW` and `vW`, the number of steps
 * done is `t`; all start at 0.
 */
export const adam = (rate: Rate = 0.001, options: AdamOptions = {}): Optimiser => {
  const direction = adamDirection(options);
  return optimiser(rate, options, moment => {
    const { ahead, changes } = direction(moment);
    return [...changes, [moment.p, sub(moment.p, mul(moment.rate, ahead))]];
  });
};

/**
 * Adam whose decay, 0.01 unless said, does not go through the averages: `p ← p - rate * ((m / c1) / (sqrt(v / c2) + epsilon) + decay * p)`
 * (I. Loshchilov and F. Hutter, Decoupled Weight Decay Regularization, 2019, algorithm 2, with the decay times the rate).
 */
export function adamW(rate: Rate = 0.001, { decay = 0.01, ...options }: AdamOptions = {}): Optimiser {
  checkRange("decay", decay);
  const direction = adamDirection(options);
  return optimiser(rate, {}, moment => {
    const { p, rate, isWeight } = moment;
    const { ahead, changes } = direction(moment);
    const whole = isWeight && decay > 0 ? add(ahead, mul(decay, p)) : ahead;
    return [...changes, [p, sub(p, mul(rate, whole))]];
  });
}

type Changes = readonly (readonly [array: Variable, next: Expr])[];

/** What the mathematics of one step is written in. */
interface Moment {
  readonly p: Variable;
  readonly g: Expr;
  readonly rate: Expr;
  /** The number of this step: 1 for the first. */
  readonly t: Expr;
  readonly isWeight: boolean;
  /** An array like the parameter that belongs to it. */
  readonly state: (letter: string) => Variable;
}

/** An optimiser by its rule. The steps are counted where the rule reads their number. */
function optimiser(rate: Rate, { decay = 0 }: DecayOptions, rule: (moment: Moment) => Changes): Optimiser {
  checkRange("decay", decay);
  // Asked for a number, a schedule tells which inputs are its own.
  const own = new Set(freeVariables(rateAt(rate, asExpr(0))));
  const steps: Optimiser = (p, gradient, { nameOf, isWeight }) => {
    const named = (wish: string): string => {
      const name = nameOf(wish);
      return own.has(name) ? named(`${wish}'`) : name;
    };
    const done = variable(named("t"));
    const changes = rule({
      p,
      g: isWeight && decay > 0 ? add(gradient, mul(decay, p)) : gradient,
      rate: rateAt(rate, done),
      t: add(done, 1),
      isWeight,
      state: letter => variable(named(`${letter}${p.name}`), ...p.indices),
    });
    const isCounted = freeVariables(...changes.map(([, next]) => next)).includes(done.name);
    const all: Changes = isCounted ? [...changes, [done, add(done, 1)]] : changes;
    return Object.fromEntries(all.map(([array, next]) => [readingText(array), next]));
  };
  return Object.assign(steps, { rate });
}

/** What Adam's rate is multiplied with, and what becomes of the averages. */
function adamDirection({ beta = [0.9, 0.999], epsilon = 1e-8, correction = "step" }: AdamOptions): (moment: Moment) => {
  readonly ahead: Expr;
  readonly changes: Changes;
} {
  const [beta1, beta2] = typeof beta === "object" && beta !== null ? beta : [beta, beta];
  checkMemory("beta", beta1);
  checkMemory("beta", beta2);
  checkRange("epsilon", epsilon);
  if (correction !== "step" && correction !== "constant") {
    throw new FluxionError("bad-option", `correction is "step" or "constant", got ${numeral(correction)}`);
  }
  return ({ g, t, state }) => {
    const corrected = (average: Expr, kept: number): Expr =>
      div(average, sub(1, correction === "step" ? pow(kept, t) : kept));
    const [m, v] = [state("m"), state("v")];
    const [nextM, nextV] = [averaged(beta1, m, g), averaged(beta2, v, square(g))];
    return {
      ahead: div(corrected(nextM, beta1), add(sqrt(corrected(nextV, beta2)), epsilon)),
      changes: [
        [m, nextM],
        [v, nextV],
      ],
    };
  };
}

const averaged = (kept: number, average: Expr, next: Expr): Expr => add(mul(kept, average), mul(sub(1, kept), next));

/** Down what `direction` makes of the next velocity and the gradient. */
function withVelocity(
  rate: Rate,
  { momentum = 0.9, ...options }: MomentumOptions,
  direction: (velocity: Expr, g: Expr, momentum: number) => Expr,
): Optimiser {
  checkMemory("momentum", momentum);
  return optimiser(rate, options, ({ p, g, rate, state }) => {
    const v = state("v");
    const next = add(mul(momentum, v), g);
    return [
      [v, next],
      [p, sub(p, mul(rate, direction(next, g, momentum)))],
    ];
  });
}
