import { gradient } from "../calculus/gradient.ts";
import { checkGradient, type GradientCheck, type PartialCheck } from "../check/gradient.ts";
import { randomPoints } from "../check/points.ts";
import type { Point } from "../check/regular.ts";
import { evaluate } from "../evaluate.ts";
import { definition, isList } from "../expression/definition.ts";
import type { Expr } from "../expression/expression.ts";
import { freeVariables, topologicalOrder } from "../expression/fold.ts";
import type { Value } from "../expression/values.ts";
import { type Command, naturalOf, type Output, UsageError } from "./command.ts";
import { extent } from "./evaluate.ts";
import { fittingValues } from "./fitting.ts";
import { type Formula, formulaOf } from "./formula.ts";
import { assignmentsOf, extentsOf } from "./values.ts";

/** `fluxion check`: the symbolic gradient against finite differences. */
export const check: Command = {
  usage: "check EXPR [NAME=VALUE…] [--points N] [--seed N] [--extent NAME=N…]",
  summary: "compare the gradient with finite differences at random points",
  details:
    'fluxion check "x^y * sin(x)" y=2\nVariables that are given a value keep it; the others take random ones, arrays with 3 values for each index\nthat nothing determines. Of a list of definitions, each is checked on its own too. Exits with 1 where a\nderivative differs, and where none could be compared.',
  options: {
    points: {
      argument: "N",
      description: "compare at N points (5, with arrays 1); at one where every variable has a value",
    },
    seed: { argument: "N", description: "choose other points (1)" },
    extent,
  },
  run(input) {
    const given = formulaOf(input);
    const fixed = assignmentsOf(input.operands.slice(1));
    const seed = naturalOf(input, "seed", 0, 1);
    if (isList(given) || hasIndices(given)) {
      const extents = extentsOf(input.lists.get("extent") ?? []);
      return checkArrays(given, fixed, extents, seed, naturalOf(input, "points", 1, 1));
    }
    const points = pointsOf(given, numbersIn(fixed), naturalOf(input, "points", 1, 5), seed);
    const symbolic = gradient(given, freeVariables(given));
    return report(points.map(at => [at, checkGradient(given, at, { gradient: symbolic })]));
  },
};

const hasIndices = (e: Expr): boolean =>
  topologicalOrder(e).some(
    node => node.kind !== "call" && node.kind !== "constant" && (node.kind !== "variable" || node.indices.length > 0),
  );

function numbersIn(values: ReadonlyMap<string, Value>): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  for (const [name, value] of values) {
    if (typeof value !== "number") throw new UsageError(`${name} is a scalar in the expression, and is given an array`);
    numbers.set(name, value);
  }
  return numbers;
}

function checkArrays(
  given: Formula,
  fixed: ReadonlyMap<string, Value>,
  extents: ReadonlyMap<string, number>,
  seed: number,
  points: number,
): Output {
  const definitions = isList(given) ? given : [definition("result", given.freeIndices, given)];
  const checks = Array.from({ length: points }, (_, point) => {
    const fitting = fittingValues(definitions, fixed, extents, seed + point);
    return checkGradient(given, fitting.values, { extents: fitting.extents, seed: seed + point });
  });
  const lines = checks.flatMap(({ lines }) => [...lines, ""]);
  const partials = checks.flatMap(one => one.checks.flatMap(each => each.partials));
  return verdictOn(lines, partials, Math.max(0, ...checks.map(({ maxError }) => maxError)));
}

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
  if (checks.length === 0) {
    return { text: "no point was found at which the expression is defined; give values, such as x=2", code: 1 };
  }
  return verdictOn(lines, partials, Math.max(0, ...checks.map(([, { maxError }]) => maxError)));
}

function verdictOn(lines: readonly string[], partials: readonly PartialCheck[], worst: number): Output {
  const differing = partials.filter(({ verdict }) => verdict === "differs").length;
  const compared = partials.filter(({ verdict }) => verdict !== "unclear").length;
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
