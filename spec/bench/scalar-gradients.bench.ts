/** Two small losses whose gradients anybody would write by hand. */
import { type Expr, variable } from "../../lib/expression/expression.ts";
import { add, addAll, exp, mul, pow, sub } from "../../lib/expression/functions.ts";
import { compileGradient } from "../../lib/tape/compile.ts";
import { batchOf, type Gradient } from "./batch.ts";
import { type Family, reportTimed } from "./family.ts";
import { sideBySide } from "./timing.ts";

export const family: Family = {
  about:
    "value and gradient of 4xy + exp(-y), and of Rosenbrock's function of 10 variables, against hand-written JavaScript",
  run(report) {
    const [x, y] = [variable("x"), variable("y")];
    const small = compileGradient(add(mul(mul(4, x), y), exp(mul(-1, y))), ["x", "y"]);
    const versus = (what: string, byHand: Gradient, compiled: Gradient, at: readonly number[]): void => {
      const contenders = [
        { name: "by hand", batch: batchOf(byHand, at) },
        { name: "fluxion", batch: batchOf(compiled, at) },
      ];
      reportTimed(report, sideBySide(contenders), what, 1.2);
    };
    versus("4xy + exp(-y)", smallByHand, small, [2, 3]);
    const names = Array.from({ length: 10 }, (_, i) => `x${i}`);
    const at = names.map((_, i) => Math.sin(i));
    versus("Rosenbrock", rosenbrockByHand, compileGradient(rosenbrock(names.map(name => variable(name))), names), at);
  },
};

function smallByHand(p: Float64Array, g: Float64Array): number {
  const x = p[0] as number;
  const y = p[1] as number;
  const t = Math.exp(-y);
  g[0] = 4 * y;
  g[1] = 4 * x - t;
  return 4 * x * y + t;
}

const rosenbrock = (x: readonly Expr[]): Expr =>
  addAll(
    x.slice(1).map((next, i) => {
      const here = x[i] as Expr;
      return add(mul(100, pow(sub(next, pow(here, 2)), 2)), pow(sub(1, here), 2));
    }),
  );

function rosenbrockByHand(p: Float64Array, g: Float64Array): number {
  let value = 0;
  let carried = 0;
  for (let i = 0; i < 9; i++) {
    const here = p[i] as number;
    const rise = (p[i + 1] as number) - here * here;
    const rest = 1 - here;
    value += 100 * rise * rise + rest * rest;
    g[i] = carried - 400 * rise * here - 2 * rest;
    carried = 200 * rise;
  }
  g[9] = carried;
  return value;
}
