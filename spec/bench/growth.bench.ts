/** How the time of each operation grows on expressions that are deep, shared or wide. */
import { differentiate } from "../../lib/calculus/differentiate.ts";
import { gradient } from "../../lib/calculus/gradient.ts";
import { evaluate } from "../../lib/evaluate.ts";
import { type Expr, variable } from "../../lib/expression/expression.ts";
import { countOperations } from "../../lib/expression/fold.ts";
import { add, mul, mulAll, sin } from "../../lib/expression/functions.ts";
import { toString as print } from "../../lib/print/text.ts";
import { simplify, simplifyAll } from "../../lib/simplify/simplify.ts";
import { compile, compileGradient } from "../../lib/tape/compile.ts";
import type { Family, Measurement } from "./family.ts";
import { milliseconds } from "./timing.ts";

type Report = (line: Measurement) => void;

export const family: Family = {
  about: "the time of each operation on deep, shared and wide expressions; all is linear, so all is seconds at most",
  run(report) {
    const x = variable("x");
    all(report, "sin(sin(…x)) 100,000 deep", ["x"], () => repeat(100_000, x, sin));
    all(report, "f * f doubled 60 times", ["x"], () => repeat(60, x, f => mul(f, f)));
    all(report, "s + sin(s) 100,000 times", ["x"], () => repeat(100_000, x, s => add(s, sin(s))));
    const names = Array.from({ length: 200 }, (_, i) => `x${i + 1}`);
    all(report, "x1*…*x200", names, () => mulAll(names.map(name => variable(name))));
  },
};

function all(report: Report, what: string, names: readonly string[], make: () => Expr): void {
  const step = <T>(name: string, work: () => T): T => {
    const start = performance.now();
    const result = work();
    report({ what: `${what}: ${name}`, value: performance.now() - start, unit: "ms", target: 10_000 });
    return result;
  };
  const e = step("build", make);
  step("print, shared", () => print(e, { shared: true, maxLength: 1e9 }));
  step("evaluate", () => evaluate(e, Object.fromEntries(names.map(name => [name, 0.5]))));
  step("differentiate", () => differentiate(e, names[0] ?? ""));
  const partials = step("gradient", () => gradient(e, names));
  step("simplify", () => simplify(e));
  const together = step("simplify value and gradient", () => simplifyAll([e, ...Object.values(partials)]));
  report({ what: `${what}: value and gradient`, value: countOperations(...together), unit: "operations" });
  const f = step("compile", () => compile(e, names));
  step("call, the first time", () => f(...names.map(() => 0.5)));
  const g = step("compile the gradient", () => compileGradient(e, names));
  const at = names.map(() => 0.5);
  const into = new Float64Array(names.length);
  step("call the gradient, the first time", () => g(at, into));
  report({ what: `${what}: call the gradient`, value: milliseconds(() => g(at, into)), unit: "ms" });
}

function repeat(times: number, start: Expr, next: (e: Expr) => Expr): Expr {
  let e = start;
  for (let i = 0; i < times; i++) e = next(e);
  return e;
}
