import type { Expr, Index } from "../../lib/expression/expression.ts";
import { topologicalOrder } from "../../lib/expression/fold.ts";
import { costOf } from "../../lib/tape/schedule/storage.ts";
import type { Nest, Statement, Tape } from "../../lib/tape/tape.ts";

/**
 * What a tape does twice, in words: arrays whose formulas are equal up to the names of indices, and functions that cost more
 * than a few multiplications and are computed in two loops of the same values.
 */
export function repeatedWork(tape: Tape): readonly string[] {
  return [...equalArrays(tape), ...repeatedCalls(tape)];
}

function equalArrays({ steps, updates }: Tape): readonly string[] {
  // What is added to in place is a part of its array, not all of it.
  const inPlace = new Set(updates.flatMap(({ to, from }) => (to === from ? [to] : [])));
  const known = new Map<string, string>();
  return steps.flatMap(({ assignments }) =>
    assignments.flatMap(({ array, axes, expression }) => {
      const isReading = expression.kind === "variable" || expression.kind === "constant";
      if (isReading || inPlace.has(array)) return [];
      const key = wordsOf(expression, namesOf(axes, expression), new Map());
      const other = known.get(key);
      known.set(key, array);
      return other === undefined || other === array ? [] : [`${array} is ${other}: ${key}`];
    }),
  );
}

const namesOf = (axes: readonly string[], e: Expr): ReadonlyMap<string, string> =>
  new Map(axes.map((axis, i) => [axis, isRead(axis, e) ? `#${i}` : axis]));

// A name does not count, unless nothing that is read tells what it ranges over.
const isRead = (index: string, e: Expr): boolean =>
  topologicalOrder(e).some(node => node.kind === "variable" && node.indices.some(({ name }) => name === index));

function repeatedCalls({ steps }: Tape): readonly string[] {
  const loops = new Map<string, Set<unknown>>();
  for (const step of steps) {
    const locals = new Map<string, string>();
    visit(step.kind === "matrix product" ? step.after : step.nest, step, (statement, loop) => {
      if (statement.kind === "start") locals.set(statement.local, `what ${statement.local} has added up`);
      if (!("value" in statement)) return;
      for (const node of topologicalOrder(statement.value)) {
        if (node.kind !== "call" || node.freeIndices.length === 0 || costOf(node) < costly) continue;
        const key = wordsOf(node, new Map(), locals);
        loops.set(key, (loops.get(key) ?? new Set()).add(loop));
      }
      if (statement.kind === "let") locals.set(statement.local, wordsOf(statement.value, new Map(), locals));
    });
  }
  return [...loops].flatMap(([key, where]) => (where.size > 1 ? [`${key} is computed in ${where.size} loops`] : []));
}

const costly = 8;

function visit(
  nest: Nest,
  loop: unknown,
  see: (statement: Exclude<Statement, { kind: "loop" }>, loop: unknown) => void,
) {
  for (const statement of nest) {
    if (statement.kind === "loop") visit(statement.body, statement, see);
    else see(statement, loop);
  }
}

/** An expression in words that do not depend on the names of bound indices, nor on the order of terms and factors. */
function wordsOf(e: Expr, names: ReadonlyMap<string, string>, locals: ReadonlyMap<string, string>): string {
  const positions = (indices: readonly Index[]): string =>
    indices
      .map(({ offset, terms }) => {
        const parts = terms.map(
          ({ coefficient, of }) =>
            `${coefficient}*${typeof of === "string" ? (names.get(of) ?? of) : wordsOf(of, names, locals)}`,
        );
        return [...parts.sort(), offset].join("+");
      })
      .join();
  switch (e.kind) {
    case "constant":
      return `${e.value}`;
    case "variable":
      return e.indices.length === 0 ? (locals.get(e.name) ?? e.name) : `${e.name}[${positions(e.indices)}]`;
    case "delta":
      return `delta(${e.indices
        .map(index => positions([index]))
        .sort()
        .join()})`;
    case "extent":
      return `extent(${names.get(e.index) ?? e.index})`;
    case "reduction": {
      const inner = new Map([...names, [e.index, isRead(e.index, e.body) ? `$${names.size}` : e.index]]);
      return `${e.operation}(${wordsOf(e.body, inner, locals)})`;
    }
    case "call": {
      const args = e.args.map(argument => wordsOf(argument, names, locals));
      const isCommutative = e.fn.name === "add" || e.fn.name === "mul";
      return `${e.fn.name}(${(isCommutative ? args.sort() : args).join()})`;
    }
  }
}
