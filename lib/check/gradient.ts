import { gradient } from "../calculus/gradient.ts";
import { evaluate } from "../evaluate.ts";
import { asExpr, type Expr, type Operand } from "../expression/expression.ts";
import { freeVariables } from "../expression/fold.ts";
import { finiteDifference } from "./finite-difference.ts";
import { moved, type Point } from "./regular.ts";

/** One partial derivative, found twice. */
export interface PartialCheck {
  readonly variable: string;
  readonly symbolic: number;
  readonly numeric: number;
  /** Their difference, relative to the larger of both and 1. */
  readonly error: number;
  /** `unclear` where finite differences found no derivative to compare with: at a kink, a jump, the end of a domain. */
  readonly verdict: "agrees" | "differs" | "unclear";
}

/** A gradient, checked at a point. */
export interface GradientCheck {
  readonly partials: readonly PartialCheck[];
  /** The largest relative error among the partials that could be compared. */
  readonly maxError: number;
  /** False if a partial differs. */
  readonly agrees: boolean;
}

/** What is checked, and how closely. */
export interface GradientCheckOptions {
  /** The variables to differentiate by: all of the expression unless said. */
  readonly variables?: readonly string[];
  /** The largest relative error that agrees: 1e-6 unless said. */
  readonly tolerance?: number;
  /** The partial derivatives to check, by variable: those of `gradient` unless said. */
  readonly gradient?: Readonly<Record<string, Operand>>;
}

/** Compares the symbolic gradient of `e` at a point with finite differences. Throws `unbound-variable` if a value is missing. */
export function checkGradient(e: Operand, values: Point, options: GradientCheckOptions = {}): GradientCheck {
  const root = asExpr(e);
  const { variables = freeVariables(root), tolerance = 1e-6 } = options;
  const found = options.gradient ?? gradient(root, variables);
  const partials = variables.map(variable =>
    checkPartial(root, variable, asExpr(found[variable] ?? 0), values, tolerance),
  );
  const compared = partials.filter(partial => partial.verdict !== "unclear");
  return {
    partials,
    maxError: compared.reduce((largest, { error }) => Math.max(largest, error), 0),
    agrees: compared.every(({ verdict }) => verdict === "agrees"),
  };
}

function checkPartial(e: Expr, variable: string, derivative: Expr, values: Point, tolerance: number): PartialCheck {
  const symbolic = evaluate(derivative, values);
  const at = values[variable] ?? Number.NaN;
  const { value: numeric, error: doubt } = finiteDifference(x => evaluate(e, moved(values, variable, x)), at);
  const scale = Math.max(1, Math.abs(symbolic), Math.abs(numeric));
  const error = Math.abs(symbolic - numeric) / scale;
  const verdict = !(doubt <= tolerance * scale) ? "unclear" : error <= tolerance ? "agrees" : "differs";
  return { variable, symbolic, numeric, error, verdict };
}
