/** Straight-line graphs of hundreds to a hundred thousand statements, against C: the time of a call, and of compiling. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Expr, variable } from "../../lib/expression/expression.ts";
import { add, addAll, exp, mul, tanh } from "../../lib/expression/functions.ts";
import { toCode } from "../../lib/print/code.ts";
import { compile } from "../../lib/tape/compile.ts";
import type { Family, Measurement } from "./family.ts";
import { milliseconds, quantile } from "./timing.ts";

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

function measure(report: (line: Measurement) => void, kind: string, statement: Statement, length: number): void {
  const graph = graphOf(length, statement);
  let compiled: (...numbers: number[]) => number = () => 0;
  const raw = { simplify: false, stabilise: false };
  const made = milliseconds(() => {
    compiled = compile(graph, inputs as readonly string[], raw);
    compiled(...values);
  });
  const perStatement = { value: (1e6 * made) / length, unit: "ns" } as const;
  report({ what: `${length} ${kind}: compiling and a first call`, ...perStatement, note: "a statement" });
  const times = Math.max(1, Math.ceil(2e6 / length));
  const own = (): number => (1e6 * milliseconds(() => repeated(compiled, times))) / times / length;
  const end = performance.now() + 400;
  while (performance.now() < end) own();
  const inC = compiledInC(graph, length);
  const rounds = Array.from({ length: 15 }, () => ({ own: own(), c: inC?.run(times) ?? Number.NaN }));
  inC?.remove();
  const ratios = rounds.map(round => round.own / round.c);
  const what = `${length} ${kind}: a call`;
  const value = quantile(
    rounds.map(round => round.own),
    0.5,
  );
  if (inC === undefined) report({ what, value, unit: "ns", note: "a statement; there is no gcc, or it gave up" });
  else {
    const spread = [quantile(ratios, 0.25), quantile(ratios, 0.75)] as const;
    report({ what, value, unit: "ns", ratio: quantile(ratios, 0.5), spread, target: 1.3, note: "a statement" });
  }
}

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

function repeated(f: (...numbers: number[]) => number, times: number): number {
  let sum = 0;
  const [a, b, c, d, e, g, h, i, j, k, l, m, n, o, p, q] = values as Sixteen;
  for (let r = 0; r < times; r++) sum += f(a + sum * 1e-300, b, c, d, e, g, h, i, j, k, l, m, n, o, p, q);
  return sum;
}

// biome-ignore format: one line tells the number
type Sixteen = [number, number, number, number, number, number, number, number, number, number, number, number, number, number, number, number];

/** A program that says how many nanoseconds a statement takes in so many calls. */
interface InC {
  readonly run: (times: number) => number;
  readonly remove: () => void;
}

function compiledInC(graph: Expr, length: number): InC | undefined {
  const folder = mkdtempSync(join(tmpdir(), "fluxion-bench-"));
  const remove = (): void => rmSync(folder, { recursive: true });
  const [source, driver, program] = ["graph.c", "main.c", "main"].map(name => join(folder, name)) as [
    string,
    string,
    string,
  ];
  try {
    writeFileSync(source, toCode(graph, "c", { name: "graph", parameters: inputs }));
    writeFileSync(driver, driverText(length));
    const flags = ["-O3", "-ffp-contract=off", "-w", "-o", program, source, driver, "-lm"];
    execFileSync("gcc", flags, { timeout: 120_000, stdio: "ignore" });
    const run = (times: number): number => Number(execFileSync(program, [String(times)], { encoding: "utf8" }));
    run(1);
    return { run, remove };
  } catch {
    remove();
    return undefined;
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
int main(int count, char **given) {
  long times = atol(given[1]);
  volatile double x[] = {${values.join(", ")}};
  double sum = 0;
  for (int i = 0; i < 10; i++) sum += graph(${inputs.map((_, i) => `x[${i}]`).join(", ")});
  double start = now();
  for (long i = 0; i < times; i++) sum += graph(${inputs.map((_, i) => `x[${i}]`).join(", ")});
  double end = now();
  if (sum == 0.125) puts("");
  printf("%.6f", (end - start) / times / ${length});
  return 0;
}
`;
