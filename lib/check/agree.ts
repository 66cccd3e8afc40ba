import { asExpr, type Operand } from "../expression/expression.ts";
import { freeVariables } from "../expression/fold.ts";
import { randomPoints } from "./points.ts";
import { measure, type Point } from "./regular.ts";

/** A point at which two expressions differ. */
export interface Counterexample {
  readonly at: Point;
  readonly left: number;
  readonly right: number;
}

/** How two expressions are compared. */
export interface AgreeOptions {
  /** At how many points they are compared: 200 unless said. */
  readonly runs?: number;
  /** The same seed tries the same points. */
  readonly seed?: number;
  /** Relative to the largest intermediate of both: 1e-9 unless said. */
  readonly tolerance?: number;
  /** Which points count: all unless said. */
  readonly assume?: (at: Point) => boolean;
}

/**
 * Compares two expressions as functions, at random points where every part of `a` is finite: the first point at which
 * `b` has another value or none, or undefined. The tolerance grows with what
 * rounding may have done.
 */
export function agree(a: Operand, b: Operand, options: AgreeOptions = {}): Counterexample | undefined {
  const { runs = 200, seed = 1, tolerance = 1e-9, assume = () => true } = options;
  const [left, right] = [asExpr(a), asExpr(b)];
  const points = randomPoints(freeVariables(left, right), seed);
  // Points where `a` is defined may be rare: it has ten chances for each comparison.
  for (let compared = 0, tried = 0; compared < runs && tried < 10 * runs; tried++) {
    const at = points.next().value;
    if (!assume(at)) continue;
    const here = measure(left, at);
    if (!Number.isFinite(here.largest)) continue;
    compared++;
    const there = measure(right, at);
    const largest = Math.max(here.largest, Number.isFinite(there.largest) ? there.largest : 0);
    const allowed = tolerance * Math.max(1, largest) + 16 * (here.error + (there.error || 0));
    if (!(Math.abs(here.value - there.value) <= allowed)) return { at, left: here.value, right: there.value };
  }
  return undefined;
}
