import { type Expr, excerpt } from "../expression/expression.ts";
import { topologicalOrder } from "../expression/fold.ts";
import { writtenName } from "../expression/names.ts";
import { loopsOf } from "./cost.ts";
import type { Nest, ProductStep, Step, Tape } from "./tape.ts";

/**
 * A tape for a reader: a line for each array that a step fills, with its formula, the kind of its step, what it costs, how
 * many numbers it holds, unless they are an input's, and for what is read later than by the next step, who reads it. Lines
 * of one step are joined by a bar. The last line counts.
 */
export function tapeToString(tape: Tape): string {
  const readers = readersOf(tape);
  const inputs = new Set(tape.arrays.flatMap(({ name, role }) => (role === "input" ? [name] : [])));
  const rows = tape.steps.flatMap((step, place) =>
    step.assignments.map(({ array, axes, expression }, i): readonly string[] => [
      i === 0 ? " " : "|",
      `${readingOf(array, axes)} = ${excerpt(expression)}`,
      i === 0 ? kindOf(step) : "",
      i === 0 ? costText(step) : "",
      inputs.has(array) ? "in place" : axes.length === 0 ? "" : `${productOf(axes)} numbers`,
      keptFor(readers.get(array) ?? [], place),
    ]),
  );
  return [...aligned(rows), totals(tape)].join("\n");
}

const readingOf = (name: string, axes: readonly string[]): string =>
  axes.length === 0 ? writtenName(name) : `${writtenName(name)}[${axes.map(writtenName).join(",")}]`;

function kindOf(step: Step): string {
  if (step.kind !== "matrix product") return step.kind;
  const batched = step.batch.length > 0 ? "batched " : "";
  return `${batched}matrix product${isTransposed(step) ? ", transposed" : ""}`;
}

// As rows by inner times inner by columns nothing is transposed.
function isTransposed({ left, right, inner, batch }: ProductStep): boolean {
  const [l, r] = [left, right].map(({ indices }) =>
    indices.flatMap(({ name }) => (name === undefined || batch.includes(name) ? [] : [name])),
  );
  return !inner.includes(l?.at(-1) ?? "") || !inner.includes(r?.[0] ?? "");
}

function costText(step: Step): string {
  if (step.kind === "matrix product") {
    return `${productOf([...step.batch, ...step.rows, ...step.inner, ...step.columns])} multiply-adds`;
  }
  const nests = deepestLoops(step.nest);
  return nests.length === 0 ? "" : `${[...new Set(nests.map(productOf))].join(" + ")} turns`;
}

/** The loops around each innermost body. */
function deepestLoops(nest: Nest, outer: readonly string[] = []): readonly (readonly string[])[] {
  return nest.flatMap(statement => {
    if (statement.kind !== "loop") return [];
    const loops = [...outer, statement.index];
    return loopsOf(statement.body).length === 0 ? [loops] : deepestLoops(statement.body, loops);
  });
}

const productOf = (indices: readonly string[]): string => indices.map(writtenName).join("*");

interface Reader {
  readonly place: number;
  readonly name: string;
}

function readersOf({ steps }: Tape): ReadonlyMap<string, readonly Reader[]> {
  const readers = new Map<string, Reader[]>();
  for (const [place, { assignments }] of steps.entries()) {
    for (const { array, expression } of assignments) {
      for (const name of arraysIn(expression))
        readers.set(name, [...(readers.get(name) ?? []), { place, name: array }]);
    }
  }
  return readers;
}

const arraysIn = (e: Expr): ReadonlySet<string> =>
  new Set(topologicalOrder(e).flatMap(node => (node.kind === "variable" ? [node.name] : [])));

function keptFor(readers: readonly Reader[], place: number): string {
  const later = readers.filter(reader => reader.place > place + 1);
  return later.length === 0 ? "" : `kept for ${later.map(({ name }) => writtenName(name)).join(", ")}`;
}

function totals({ steps, arrays }: Tape): string {
  const products = steps.filter(({ kind }) => kind === "matrix product").length;
  const filled = arrays.filter(({ role }) => role !== "input");
  const temporaries = filled.filter(({ role }) => role === "temporary").length;
  const counts = [
    counted(steps.length, "step"),
    counted(products, "matrix product"),
    counted(filled.length - temporaries, "result"),
    counted(temporaries, "temporary array"),
  ];
  return counts.join(", ");
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;

// A long formula does not push the columns of all lines aside.
const widest = 72;

function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = [0, 1, 2, 3, 4, 5].map(column =>
    Math.min(widest, Math.max(0, ...rows.map(row => row[column]?.length ?? 0).filter(width => width <= widest))),
  );
  return rows.map(([bar = "", ...cells]) =>
    `${bar} ${cells.map((cell, i) => cell.padEnd(widths[i + 1] ?? 0)).join("   ")}`.trimEnd(),
  );
}
