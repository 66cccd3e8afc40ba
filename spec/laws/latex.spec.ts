/** What is printed as LaTeX is accepted by KaTeX in strict mode, and a reader of textbooks takes it for what it is. */
import * as fc from "fast-check";
import katex from "katex";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { awkwardNames } from "../../lib/check/index.ts";
import {
  constant,
  delta,
  type Expr,
  extent,
  type Operand,
  reduction,
  shift,
  variable,
} from "../../lib/expression/expression.ts";
import { fold } from "../../lib/expression/fold.ts";
import {
  abs,
  add,
  cbrt,
  conditional,
  cos,
  div,
  e,
  exp,
  expm1,
  factorial,
  gamma,
  hypot,
  less,
  lgamma,
  log,
  log1p,
  logaddexp,
  mul,
  neg,
  notEqual,
  nthRoot,
  pow,
  sin,
  sqrt,
  square,
  sub,
} from "../../lib/expression/functions.ts";
import { freshen, rebuilding } from "../../lib/expression/indices.ts";
import { toLatex } from "../../lib/print/latex.ts";
import { readLatex } from "../support/latex-reader.ts";
import { identity } from "../support/law.ts";
import { numRuns } from "../support/runs.ts";

/** Throws where KaTeX does, and where it would warn. */
const isAccepted = (latex: string): boolean =>
  katex.renderToString(latex, { output: "mathml", displayMode: true, strict: "error", throwOnError: true }) !== "";

// The names that textbooks have for the same thing are one.
const inTextbooks = (root: Expr): Expr =>
  fold(root, {
    ...rebuilding,
    call(node, args) {
      const [x = node, y = node, z = node] = args;
      if (node.fn === log1p) return log(add(1, x));
      if (node.fn === expm1) return sub(exp(x), 1);
      if (node.fn === square) return power(x, 2);
      if (node.fn === hypot) return sqrt(add(power(x, 2), power(y, 2)));
      if (node.fn === logaddexp) return log(add(exp(x), exp(y)));
      if (node.fn === lgamma) return log(abs(gamma(x)));
      if (node.fn === pow) return power(x, y);
      if (node.fn === nthRoot && y === constant(3)) return cbrt(x);
      if (node.fn === conditional && !(x.kind === "call" && x.fn.range === "truth")) {
        return conditional(notEqual(x, 0), y, z);
      }
      return rebuilding.call(node, args);
    },
  });

const power = (x: Expr, y: Operand): Expr => (x === e ? exp(y) : pow(x, y));

const isRead = (f: Expr): boolean => readLatex(toLatex(f)) === inTextbooks(freshen(f, new Set(f.freeIndices)));

identity("LaTeX        KaTeX accepts it", f => isAccepted(toLatex(f)));
identity("LaTeX        whatever the variables are called", f => isAccepted(toLatex(f)), {
  variables: ["x", ...awkwardNames],
});
identity("LaTeX        with shared parts", (f, g) => isAccepted(toLatex(mul(f, add(f, g)), { shared: true })));
identity("LaTeX        is read as the formula that it was printed from", f => isRead(f), {
  variables: ["x", "y", "k1", "alpha", "loss"],
});
identity("LaTeX        under minuses, powers, fractions and choices", (f, g) =>
  [
    ...[neg(f), neg(neg(f)), pow(neg(f), g), pow(f, neg(g)), sub(f, neg(g)), div(f, div(g, f)), mul(-2, f)],
    ...[mul(f, -2), mul(f, g), mul(f, mul(g, f)), neg(mul(f, g)), mul(neg(f), g), mul(2, div(1, 3)), factorial(f)],
    ...[pow(sin(f), 2), pow(sin(f), g), pow(pow(f, 2), g), conditional(less(f, g), f, conditional(g, f, g))],
  ].every(isRead),
);

const indexed: fc.Arbitrary<Expr> = fc.letrec<{ e: Expr }>(tie => ({
  e: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom<Expr>(
      ...[
        variable("x", "i"),
        variable("W", "i", "j"),
        variable("y", shift("i", "p")),
        variable("E", variable("t", "n"), "k"),
      ],
      ...[variable("y", shift("j", -1)), variable("c"), constant(2), constant(-3), delta("i", "j"), extent("i")],
      delta(shift("i", 1), "j"),
    ),
    fc
      .tuple(fc.constantFrom("sum", "maximum", "minimum", "logsumexp"), fc.constantFrom("i", "j"), tie("e"))
      .map(([kind, i, body]) => reduction(kind, i, body)),
    fc.tuple(fc.constantFrom(add, sub, mul, mul, div, pow), tie("e"), tie("e")).map(([fn, f, g]) => fn(f, g)),
    fc.tuple(fc.constantFrom(neg, cos, exp, abs, factorial), tie("e")).map(([fn, f]) => fn(f)),
  ),
})).e;

test("formulas with indices are accepted, and read as what they were printed from", () => {
  fc.assert(
    fc.property(indexed, f => isAccepted(toLatex(f)) && isRead(f)),
    { numRuns },
  );
});

test("every awkward name is accepted", () => {
  for (const name of awkwardNames) assert.ok(isAccepted(toLatex(variable(name))), JSON.stringify(name));
});

test("names that would be written alike are told apart in one formula", () => {
  const property = fc.property(
    fc.uniqueArray(
      fc.oneof(fc.constantFrom(...lookalikes, ...awkwardNames), fc.string({ unit: "binary", maxLength: 4 })),
      {
        minLength: 2,
        maxLength: 6,
      },
    ),
    names => {
      const parts = names.map(name =>
        toLatex(names.reduce<Expr>((sum, other) => add(sum, variable(other)), variable(name))),
      );
      const firsts = parts.map(text => text.split(" + ")[0] ?? "");
      return new Set(firsts).size === names.length && firsts.every(isAccepted);
    },
  );
  fc.assert(property, { numRuns });
});

const lookalikes = [
  "x1",
  "x_1",
  "alpha",
  "α",
  "x'",
  "x1'",
  "x_1'",
  "ab",
  "a_b",
  "a b",
  "Δx",
  "Deltax",
  "e",
  "pi",
  "π",
  "größe",
];

test.run();
