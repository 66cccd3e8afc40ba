import { asIndex, type Index, variable } from "../expression/expression.ts";
import { renameIndices } from "../expression/indices.ts";
import { accessesIn, type LoopStatement } from "./accesses.ts";
import type { Sizes } from "./shapes.ts";
import type { Nest, Statement, Tape } from "./tape.ts";

/**
 * The tape where some indices take one value: they have no loops, and what is added up over them alone is set. It may run
 * only while each of them takes that value.
 */
export function withoutSingles(tape: Tape, sizes: Sizes, isSingle: (index: string) => boolean): Tape {
  const steps = tape.steps.map(step => {
    if (step.kind === "matrix product") return step;
    return { ...step, nest: setOnce(opened(step.nest, isSingle), sizes) };
  });
  return { ...tape, steps };
}

/** The body of each loop that has one turn, in place of the loop. */
function opened(nest: Nest, isSingle: (index: string) => boolean): Nest {
  const names = new Map<string, Index>();
  const visit = (list: Nest): Nest =>
    list.flatMap((statement): Nest => {
      if (statement.kind !== "loop") return [atFirst(statement, names)];
      const { index, body } = statement;
      if (!isSingle(index)) return [{ ...statement, body: visit(body) }];
      names.set(index, asIndex(0));
      return visit(body);
    });
  return visit(nest);
}

function atFirst(statement: Exclude<Statement, LoopStatement>, names: ReadonlyMap<string, Index>): Statement {
  if (names.size === 0 || statement.kind === "start" || statement.kind === "clear") return statement;
  const value = renameIndices(statement.value, names);
  if (statement.kind !== "store") return { ...statement, value };
  const element = renameIndices(variable(statement.array, ...statement.at), names);
  return { ...statement, value, at: element.kind === "variable" ? element.indices : statement.at };
}

/** The nest in which what is cleared and then added to once, element by element, is set instead. */
function setOnce(nest: Nest, sizes: Sizes): Nest {
  const set = new Set(
    nest.flatMap(statement =>
      statement.kind === "clear" && isAddedOnce(statement.array, nest, sizes) ? [statement.array] : [],
    ),
  );
  if (set.size === 0) return nest;
  const visit = (list: Nest): Nest =>
    list.flatMap((statement): Nest => {
      if (statement.kind === "loop") return [{ ...statement, body: visit(statement.body) }];
      if (statement.kind === "clear" && set.has(statement.array)) return [];
      return [statement.kind === "store" && set.has(statement.array) ? { ...statement, operation: "set" } : statement];
    });
  return visit(nest);
}

// The loops around the one place that adds run over the axes of the array, each over one of them.
function isAddedOnce(array: string, nest: Nest, { shapes }: Sizes): boolean {
  const accesses = accessesIn(nest).filter(access => access.array === array);
  const [clear, store] = accesses;
  if (clear?.at !== undefined || store?.at === undefined || !store.isWrite) return false;
  if (accesses.filter(({ isWrite }) => isWrite).length > 2) return false;
  const shape = shapes.get(array) ?? [];
  const { at, loops } = store;
  const axes = at.flatMap((index, axis) => (shape[axis] === 1 && isZero(index) ? [] : [index.name]));
  return axes.length === loops.length && loops.every(({ index }) => axes.filter(axis => axis === index).length === 1);
}

const isZero = ({ offset, terms }: Index): boolean => offset === 0 && terms.length === 0;
