/** Printed code, run: in every language it has the values of `evaluate`. */
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { arbitraryExpression, arbitraryPoint, awkwardNames } from "../../../lib/check/index.ts";
import { evaluate } from "../../../lib/evaluate.ts";
import { call, type Expr, type FunctionRow, variable } from "../../../lib/expression/expression.ts";
import { add, addAll, functions, mul, sin } from "../../../lib/expression/functions.ts";
import { type CodeLanguage, toCode } from "../../../lib/print/code.ts";
import { parse } from "../../../lib/syntax/parse.ts";
import { type Foreign, isThere, runInC, runInPython, typeErrors } from "../../support/foreign.ts";
import { measured } from "../../support/measured.ts";
import { numRuns } from "../../support/runs.ts";
import { skipped } from "../../support/skip.ts";

/** A function in a language, what its values have to be, and how far they may be off. */
interface Case extends Foreign {
  readonly expected: readonly number[];
  readonly errors: readonly number[];
}

const names = ["x", "y", "z"];

const runInJavascript = (list: readonly Foreign[]): readonly (readonly number[])[] =>
  list.map(({ name, code, points }) => {
    const f = new Function(`"use strict"; ${code.replace(/^export /m, "")} return ${name};`)();
    return points.map(point => f(...point));
  });

const languages: readonly [CodeLanguage, (list: readonly Foreign[]) => readonly (readonly number[])[]][] = [
  ["javascript", runInJavascript],
];
const runners = [
  ...languages,
  ...(isThere("gcc", "--version") ? [["c", runInC] as const] : []),
  ...(isThere("python3", "-c", "import numpy") ? [["python", runInPython] as const] : []),
];
for (const [language, program] of [
  ["c", "gcc"],
  ["python", "numpy"],
] as const)
  if (!runners.some(([each]) => each === language)) skipped(`no ${program} here to run printed code`, 5);

const special = [0, 1, -1, 2, -2, 3, 0.5, -0.5, 1.001, -2.75, 7.3, 31.4, -31.4, 0.0123, 1e10];
const wild = [Infinity, -Infinity, Number.NaN, 700, -700];

// A row at every combination of these arguments, NaN and the infinities among them.
function caseOfRow(row: FunctionRow, i: number, language: CodeLanguage): Case {
  const letters = names.slice(0, row.arity);
  const e = call(
    row,
    letters.map(name => variable(name)),
  );
  const values = row.arity > 2 ? [-1, 0, 0.5, 2, Number.NaN] : [...special, ...wild];
  let points: readonly (readonly number[])[] = [[]];
  while ((points[0]?.length ?? 0) < row.arity) points = points.flatMap(point => values.map(value => [...point, value]));
  if (row.order !== undefined) points = points.filter(point => Math.abs(point[row.order ?? 0] ?? 0) < 40);
  const expected = points.map(point => row.evaluate(...point));
  const name = `row${i}`;
  const code = toCode(e, language, { name, parameters: letters });
  // The formulas of lgamma and digamma subtract; arguments near a zero have an absolute error.
  return { name, code, points, expected, errors: expected.map(value => 1e-12 * Math.max(1e-2, Math.abs(value))) };
}

const drawn: readonly (readonly [Expr, readonly Readonly<Record<string, number>>[]])[] = fc.sample(
  fc.tuple(arbitraryExpression(), fc.array(arbitraryPoint(names), { minLength: 4, maxLength: 4 })),
  { numRuns, seed: Number(process.env.FC_SEED ?? 1) || Date.now() },
);

// Random expressions, each at the points at which rounding cannot matter.
function randomCases(language: CodeLanguage): readonly Case[] {
  return drawn.flatMap(([e, places], i) => {
    const regular = places.flatMap(at => {
      const found = measured(e, new Map(Object.entries(at)));
      return found === undefined ? [] : [{ at, ...found }];
    });
    if (regular.length === 0) return [];
    const name = `random${i}`;
    const code = toCode(e, language, { name, parameters: names });
    return [
      {
        name,
        code,
        points: regular.map(({ at }) => names.map(each => at[each] ?? 0)),
        expected: regular.map(({ value }) => value),
        errors: regular.map(({ value, error }) => 100 * error + 1e-12 * Math.max(1, Math.abs(value))),
      },
    ];
  });
}

// Where numbers of Python's own would be whole, complex, or an error, and those of C would be divided as integers.
const constants = [
  ...["2", "1 / 3", "7 / 2 * 2", "1 / 0", "-1 / (2 - 2)", "0^(-1)", "2^(-1)", "10^400", "(-8)^(1/3)", "(1/0)^0.5"],
  ...["acot(0)", "acot(1 - 1)", "mod(5, 0)", "nthRoot(-27, 3)", "sigmoid(-800)", "round(-2.5)", "(0 > 1 ? 1 : 2)^(-1)"],
  ...[
    "max(1, 2)^(-1)",
    "floor(2)^(-2)",
    "square(3037000500)",
    "sign(-3)^(-1)",
    "3!^(-1)",
    "1e300 * 1e300 * 0",
    "5e-324",
  ],
  ...["9007199254740992 + 1 - 9007199254740992", "(1 < 2) / (3 < 4)", "not 0", "1 and 2", "0 ? 1 / 0 : 3", "-(-2)"],
  ...["1 - -2", "-2^2", "(-2)^2", "2^-2", "-pi^2", "pi + e - tau", "1.7976931348623157e308", "0.1 + 0.2"],
];

const isNear = (value: number, expected: number, error: number): boolean =>
  Object.is(value, expected) || value === expected || Math.abs(value - expected) <= error;

function agree(cases: readonly Case[], values: readonly (readonly number[])[]): void {
  const wrong = cases.flatMap(({ code, points, expected, errors }, i) =>
    points.flatMap((point, j) => {
      const value = values[i]?.[j] ?? Number.NaN;
      const isRight = isNear(value, expected[j] ?? 0, errors[j] ?? 0);
      return isRight ? [] : [`${code}\nat ${point.join(", ")} is ${value}, not ${expected[j]}`];
    }),
  );
  assert.is(wrong.slice(0, 3).join("\n\n"), "", `${wrong.length} values differ`);
}

for (const [language, run] of runners) {
  test(`every row has its values in ${language}, infinite ones and NaN too`, () => {
    const cases = [...functions.values()].map((row, i) => caseOfRow(row, i, language));
    agree(cases, run(cases));
  });

  test(`constants alone have their values in ${language}`, () => {
    const cases = constants.map((text, i): Case => {
      const expected = [evaluate(parse(text))];
      const name = `constant${i}`;
      // With a parameter, so that it can be called with an array of points.
      const code = toCode(parse(text), language, { name, parameters: ["x"] });
      return { name, code, points: [[0]], expected, errors: expected.map(value => 1e-12 * Math.abs(value)) };
    });
    agree(cases, run(cases));
  });

  test(`random expressions have their values in ${language}`, () => {
    const cases = randomCases(language);
    console.log(`in ${language}: ${cases.length} of ${drawn.length} random expressions judged`);
    assert.ok(cases.length >= 0.7 * drawn.length);
    agree(cases, run(cases));
  });
}

// What tries to break out of a name, a string or a comment.
const hostile = [
  "*/ oops /*",
  "\n#error oops\n",
  '"""\nraise',
  "'; oops; '",
  "??/\n#error oops",
  "oops\\",
  "\u2028x",
  "{oops}",
];
const named = [...awkwardNames, ...hostile];

for (const [language, run] of runners) {
  test(`whatever variables and outputs are called, ${language} computes the same`, () => {
    const e = addAll(named.map((name, i) => mul(i + 1, variable(name))));
    const points = [named.map((_, i) => i / 8), named.map((_, i) => 1 / (i + 1))];
    const expected = points.map(point => evaluate(e, new Map(named.map((name, i) => [name, point[i] ?? 0]))));
    const outputs = named.map((name, i) => ({ name, axes: [], expression: addAll([e, i]) }));
    const code = toCode(readingNothing(outputs), language, { name: "many", parameters: named });
    const about = { points, expected, errors: expected.map(value => 1e-12 * value) };
    const cases = [
      { ...about, name: "one", code: toCode(e, language, { name: "one", parameters: named }) },
      { ...about, name: "first", code: `${code}${firstOf(language, code)}` },
    ];
    agree(cases, run(cases));
  });

  test(`a deep chain is computed in ${language}`, () => {
    let e: Expr = variable("x");
    for (let i = 0; i < 3000; i++) e = i % 3 === 0 ? sin(e) : add(mul(e, variable("y")), 0.25);
    const points = [[0.5, 0.75]];
    const expected = [evaluate(e, { x: 0.5, y: 0.75 })];
    const chain = { name: "chain", code: toCode(e, language, { name: "chain" }), points, expected, errors: [1e-12] };
    agree([chain], run([chain]));
  });
}

// Definitions in which no name of an output is also one that is read: a primed copy of each.
const readingNothing = <T extends { readonly name: string }>(all: readonly T[]): readonly T[] =>
  all.map(each => ({ ...each, name: `${each.name}'` }));

/** A function that calls `many` and returns its first output. */
function firstOf(language: string, code: string): string {
  const letters = named.map((_, i) => `v${i}`);
  if (language === "python") return `\n\n\ndef first(*v):\n    return next(iter(many(*v).values()))\n`;
  if (language !== "c") return "\n\nconst first = (...v) => Object.values(many(...v))[0];\n";
  const [, field = ""] = /^ {4}double (\w+);$/m.exec(code) ?? [];
  const list = letters.map(letter => `double ${letter}`).join(", ");
  const body = `    many_outputs outputs;\n    many(${letters.join(", ")}, &outputs);\n    return outputs.${field};`;
  return `\n\ndouble first(${list}) {\n${body}\n}`;
}

test("TypeScript checks under strict settings", () => {
  const rows = [...functions.values()].map((row, i) => caseOfRow(row, i, "typescript").code);
  const random = drawn.slice(0, 60).map(([e]) => toCode({ value: e, "a b": e }, "typescript"));
  assert.is(typeErrors([...rows, ...random]), "");
  assert.ok(typeErrors(["export const wrong: number = '';"]).includes("TS2322"));
});

test.run();
