import { gradient } from "../calculus/gradient.ts";
import { checkGradient, type GradientCheck, type PartialCheck } from "../check/gradient.ts";
import { randomPoints } from "../check/points.ts";
import type { Point } from "../check/regular.ts";
import { evaluate } from "../evaluate.ts";
import type { Expr } from "../expression/expression.ts";
import { freeVariables } from "../expression/fold.ts";
import { type Command, expressionOf, naturalOf, type Output } from "./command.ts";
import { assignmentsOf } from "./values.ts";

/** `fluxion check`: the symbolic gradient against finite differences. */
export const check: Command = {
  usage: "check EXPR [NAME=VALUE…] [--points N] [--seed N]",
  summary: "compare the gradient with finite differences at random points",
  details:
    'fluxion check "x^y * sin(x)" y=2\nVariables that are given a value keep it; the others take random ones. Exits with 1 where a\nderivative differs, and where none could be compared.',
  options: {
    points: { argument: "N", description: "compare at N points (5); at one where every variable has a value" },
    seed: { argument: "N", description: "choose other points (1)" },
  },
  run(input) {
    const e = expressionOf(input);
    const fixed = assignmentsOf(input.operands.slice(1));
    const wanted = naturalOf(input, "points", 1, 5);
    const points = pointsOf(e, fixed, wanted, naturalOf(input, "seed", 0, 1));
    const symbolic = gradient(e, freeVariables(e));
    return report(points.map(at => [at, checkGradient(e, at, { gradient: symbolic })]));
  },
};

// Points at which the expression has a finite value; a point that is given in full is taken as it is.
function pointsOf(e: Expr, fixed: ReadonlyMap<string, number>, wanted: number, seed: number): readonly Point[] {
  const names = freeVariables(e);
  const open = names.filter(name => !fixed.has(name));
  if (open.length === 0) return [Object.fromEntries(names.map(name => [name, fixed.get(name) ?? 0]))];
  const found: Point[] = [];
  const random = randomPoints(open, seed);
  for (let tries = 0; found.length < wanted && tries < 200 * wanted; tries++) {
    const drawn = random.next().value;
    const at = Object.fromEntries(names.map(name => [name, fixed.get(name) ?? drawn[name] ?? 0]));
    if (Number.isFinite(evaluate(e, at))) found.push(at);
  }
  return found;
}

function report(checks: readonly (readonly [Point, GradientCheck])[]): Output {
  const lines = checks.flatMap(([at, { partials }]) => [heading(at), ...table(partials), ""]);
  const partials = checks.flatMap(([, result]) => result.partials);
  const differing = partials.filter(({ verdict }) => verdict === "differs").length;
  const compared = partials.filter(({ verdict }) => verdict !== "unclear").length;
  const worst = Math.max(0, ...checks.map(([, { maxError }]) => maxError));
  if (checks.length === 0) {
    return { text: "no point was found at which the expression is defined; give values, such as x=2", code: 1 };
  }
  if (differing > 0) {
    return { text: [...lines, `${differing} of ${compared} partial derivatives differ`].join("\n"), code: 1 };
  }
  if (compared === 0 && partials.length > 0) {
    return { text: [...lines, "no partial derivative could be compared"].join("\n"), code: 1 };
  }
  const summary = `all ${compared} partial derivatives agree, the largest relative error is ${worst.toExponential(1)}`;
  return { text: [...lines, partials.length === 0 ? "there is no variable to differentiate by" : summary].join("\n") };
}

const heading = (at: Point): string =>
  `at ${Object.entries(at)
    .map(([name, value]) => `${name} = ${value}`)
    .join(", ")}`;

function table(partials: readonly PartialCheck[]): readonly string[] {
  const rows = partials.map(({ variable, symbolic, numeric, error, verdict }) => [
    `d/d${variable}`,
    String(symbolic),
    verdict === "unclear" ? "-" : String(numeric),
    verdict === "unclear" ? "-" : error.toExponential(1),
    verdict,
  ]);
  return aligned([["", "symbolic", "numeric", "error", "verdict"], ...rows]);
}

function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const width = (column: number): number => Math.max(...rows.map(row => row[column]?.length ?? 0));
  return rows.map(row => `  ${row.map((cell, column) => cell.padEnd(width(column))).join("  ")}`.trimEnd());
}
