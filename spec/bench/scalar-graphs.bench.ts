/** Straight-line graphs of hundreds to a hundred thousand statements, against C: the time of a call, and of compiling. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Expr, variable } from "../../lib/expression/expression.ts";
import { add, addAll, exp, mul, tanh } from "../../lib/expression/functions.ts";
import { toCode } from "../../lib/print/code.ts";
import { compile, compileGradient } from "../../lib/tape/compile.ts";
import type { Family, Measurement, Missing } from "./family.ts";
import { milliseconds, processorTime, quantile } from "./timing.ts";

const inputs = Array.from({ length: 16 }, (_, i) => `x${i}`);
const values = inputs.map((_, i) => 0.2 * Math.sin(3 * i + 1));

/** What a statement does with two values before it and an input. */
const kinds: Readonly<Record<string, (a: Expr, b: Expr, x: Expr, k: number) => Expr>> = {
  "multiply-adds": (a, b, x) => add(mul(a, b), x),
  "with tanh and exp": (a, b, x, k) =>
    k % 8 === 0 ? tanh(add(a, x)) : k % 8 === 4 ? mul(exp(a), x) : add(mul(a, b), x),
};

export const family: Family = {
  about: `functions of ${inputs.length} variables: value by statements, against gcc -O3 without fused multiply-adds`,
  run(report) {
    for (const [kind, statement] of Object.entries(kinds)) {
      for (const length of [100, 300, 1000, 3000, 10_000, 100_000]) measure(report, kind, statement, length);
    }
  },
};

function measure(
  report: (line: Measurement | Missing) => void,
  kind: string,
  statement: Statement,
  length: number,
): void {
  const graph = graphOf(length, statement);
  const make = (): ((...numbers: number[]) => number) => compile(graph, inputs, { simplify: false, stabilise: false });
  const made = [0, 1, 2].map(() => (1e6 * milliseconds(() => make()(...values), processorTime)) / length);
  report({
    what: `${length} ${kind}: compiling and a first call`,
    value: quantile(made, 0.5),
    unit: "ns",
    note: "of processors, a statement",
  });
  const batches = [loopOf(make()), arrayLoopOf(graph)];
  // Short batches: what else the machine does then disturbs few of them.
  const times = Math.max(1, Math.round(5e5 / length / (kind === "multiply-adds" ? 1 : 10)));
  const inBatch = (batch: Batch): number => (1e6 * milliseconds(() => batch(times))) / times / length;
  const timeOf = (batch: Batch): number =>
    quantile(
      Array.from({ length: 25 }, () => inBatch(batch)),
      0.3,
    );
  // Engines optimise in the background, piece by piece, and long functions have many.
  const end = performance.now() + 500 + length / 10;
  while (performance.now() < end) for (const batch of batches) inBatch(batch);
  const what = `${length} ${kind}: a call`;
  const names = [what, `${what} with an array`];
  const inC = compiledInC(graph, length);
  if ("missing" in inC) {
    for (const [i, batch] of batches.entries())
      report({ what: names[i] ?? what, value: timeOf(batch), unit: "ns", note: "a statement" });
    report({ what: `${what} in C`, ...inC });
    return;
  }
  const rounds = Array.from({ length: 9 }, () => ({ ours: batches.map(timeOf), theirs: inC.run(times) }));
  inC.remove();
  for (const [i, name] of names.entries()) {
    const ratios = rounds.map(({ ours, theirs }) => (ours[i] ?? Number.NaN) / theirs);
    const value = quantile(
      rounds.map(({ ours }) => ours[i] ?? Number.NaN),
      0.5,
    );
    const spread = [quantile(ratios, 0.25), quantile(ratios, 0.75)] as const;
    report({ what: name, value, unit: "ns", ratio: quantile(ratios, 0.5), spread, target: 1.3, note: "a statement" });
  }
}

type Batch = (times: number) => number;

type Statement = (a: Expr, b: Expr, x: Expr, k: number) => Expr;

// Eight chains, so that one statement need not wait for the one before it; every statement is needed.
function graphOf(length: number, statement: Statement): Expr {
  const made: Expr[] = inputs.slice(0, 8).map(name => variable(name));
  for (let k = 0; k < length; k++) {
    const before = made.length - 8;
    const other = made[before + 1 + ((k * 7) % 5)] as Expr;
    made.push(statement(made[before] as Expr, other, variable(inputs[(k * 5) % inputs.length] as string), k));
  }
  return addAll(made.slice(-8));
}

/** Calls in a loop of its own, at an argument that each result changes a little. */
function loopOf(f: (...numbers: number[]) => number): Batch {
  const [first, ...rest] = inputs;
  const text = `const [${inputs}] = values;
    return times => {
      let sum = 0;
      for (let i = 0; i < times; i++) sum += f(${first} + 1e-300 * sum, ${rest});
      return sum;
    };`;
  return new Function("f", "values", text)(f, values) as Batch;
}

// Sixteen numbers as arguments are boxed one by one; in an array they are not.
function arrayLoopOf(graph: Expr): Batch {
  const f = compileGradient(graph, [], inputs, { simplify: false, stabilise: false });
  const [data, none] = [Float64Array.from(values), new Float64Array(0)];
  const first = data[0] ?? 0;
  return times => {
    let sum = 0;
    for (let i = 0; i < times; i++) {
      data[0] = first + 1e-300 * sum;
      sum += f(none, none, data);
    }
    return sum;
  };
}

/** A program that says how many nanoseconds a statement takes in so many calls. */
interface InC {
  readonly run: (times: number) => number;
  readonly remove: () => void;
}

function compiledInC(graph: Expr, length: number): InC | Pick<Missing, "missing" | "note"> {
  const folder = mkdtempSync(join(tmpdir(), "fluxion-bench-"));
  const remove = (): void => rmSync(folder, { recursive: true });
  const at = (name: string): string => join(folder, name);
  try {
    writeFileSync(at("graph.c"), toCode(graph, "c", { name: "graph", parameters: inputs }));
    writeFileSync(at("main.c"), driverText(length));
    const flags = ["-O3", "-ffp-contract=off", "-w", "-o", at("main"), at("graph.c"), at("main.c"), "-lm"];
    execFileSync("gcc", flags, { timeout: 60_000, stdio: "ignore" });
    const run = (times: number): number => Number(execFileSync(at("main"), [String(times)], { encoding: "utf8" }));
    run(1);
    return { run, remove };
  } catch (error) {
    remove();
    const { code, message } = error as { readonly code?: string; readonly message: string };
    if (code === "ENOENT") return { missing: "absent", note: "there is no gcc" };
    if (code === "ETIMEDOUT") return { missing: "late", note: "gcc takes more than a minute" };
    return { missing: "failed", note: message };
  }
}

const driverText = (length: number): string => `
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
double graph(${inputs.map(() => "double").join(", ")});
static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return 1e9 * t.tv_sec + t.tv_nsec;
}
static int compare(const void *a, const void *b) {
  return (*(double *)a > *(double *)b) - (*(double *)a < *(double *)b);
}
int main(int count, char **given) {
  long times = atol(given[1]);
  double ${inputs.map((name, i) => `${name} = ${values[i]}`).join(", ")};
  double batches[28], sum = 0;
  for (int k = 0; k < 28; k++) {
    double start = now();
    for (long i = 0; i < times; i++)
      sum += graph(${inputs[0]} + 1e-300 * sum, ${inputs.slice(1).join(", ")});
    batches[k] = now() - start;
  }
  if (sum == 0.125) puts("");
  qsort(batches + 3, 25, sizeof(double), compare);
  printf("%.6f", batches[10] / times / ${length});
  return 0;
}
`;
