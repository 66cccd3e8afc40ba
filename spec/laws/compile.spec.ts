/** Compiled, on every back-end, is evaluated. */
import { test } from "uvu";
import { gradient } from "../../lib/calculus/gradient.ts";
import { awkwardNames, isNear, isRegular, measure, type Point } from "../../lib/check/index.ts";
import { evaluate } from "../../lib/evaluate.ts";
import type { Expr } from "../../lib/expression/expression.ts";
import { stabilise } from "../../lib/simplify/stabilise.ts";
import { compile, compileGradient } from "../../lib/tape/compile.ts";
import { law } from "../support/law.ts";

const names = ["x", "y", "z"];
const isValue = (value: number, e: Expr, at: Point): boolean | undefined =>
  isRegular(e, at) ? isNear(value, evaluate(e, at), measure(e, at).largest) : undefined;

for (const backend of ["javascript", "interpreter"] as const) {
  for (const [how, simplify, isStable] of [
    ["as it is", false, false],
    ["simplified first", true, false],
    ["stabilised and simplified first", true, true],
  ] as const) {
    const options = { backend, simplify, stabilise: isStable };
    const meaning = (e: Expr): Expr => (isStable ? stabilise(e) : e);
    law(`compiled     is evaluated: ${backend}, ${how}`, (f, _, at) =>
      isValue(compile(f, names, options)(...names.map(name => at[name] ?? 0)), meaning(f), at),
    );

    law(`compiled     the gradient too: ${backend}, ${how}`, (f, _, at) => {
      const partials = gradient(meaning(f), ["x", "y"]);
      const slope = new Float64Array(2);
      const value = compileGradient(f, ["x", "y"], ["z"], options)([at.x ?? 0, at.y ?? 0], slope, [at.z ?? 0]);
      const verdicts = [
        isValue(value, meaning(f), at),
        ...(["x", "y"] as const).map((name, i) => isValue(slope[i] ?? 0, partials[name], at)),
      ];
      return verdicts.includes(false) ? false : verdicts.includes(undefined) ? undefined : true;
    });
  }
}

const awkward = ["x", ...awkwardNames];
law(
  "compiled     whatever the variables are called",
  (f, _, at) =>
    isValue(
      compile(f, awkward)(...awkward.map(name => (Object.hasOwn(at, name) ? (at[name] ?? 0) : 0))),
      stabilise(f),
      at,
    ),
  { variables: awkward },
);

test.run();
