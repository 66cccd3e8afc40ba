import { type Expr, variable } from "../expression/expression.ts";
import { freshName } from "../expression/indices.ts";
import { type Access, accessesIn, accessesOf, type LoopStatement } from "./accesses.ts";
import { substituteReadings } from "./schedule/inline.ts";
import type { Nest, Statement, Step, Tape } from "./tape.ts";

/**
 * The tape in which a loop that reads what an earlier loop over the same index writes runs together with it, where each
 * turn reads only what its own turn has written. What only such turns read is not stored.
 */
export function fused(tape: Tape): Tape {
  const placed: Placed[] = [];
  for (const [home, step] of tape.steps.entries()) {
    if (step.kind === "matrix product") placed.push({ home, statement: undefined, accesses: accessesOf(step) });
    else for (const statement of step.nest) place(placed, home, statement);
  }
  const steps = tape.steps.flatMap((step, number): readonly Step[] => {
    if (step.kind === "matrix product") return [step];
    const nest = placed.flatMap(({ home, statement }) =>
      home === number && statement !== undefined ? [statement] : [],
    );
    return nest.length === 0 ? [] : [{ ...step, nest }];
  });
  return withLocals({ ...tape, steps });
}

/** A statement, or a matrix product, in its place. */
interface Placed {
  /** The step that it is a part of. */
  readonly home: number;
  readonly statement: Statement | undefined;
  readonly accesses: readonly Access[];
}

/** Puts a statement behind the others, or a loop into an earlier one. */
function place(placed: Placed[], home: number, statement: Statement): void {
  const accesses = accessesIn([statement]);
  const last = { home, statement, accesses };
  if (statement.kind === "loop")
    for (let i = placed.length - 1; i >= 0; i--) {
      const earlier = placed[i] as Placed;
      const first = earlier.statement;
      if (first?.kind === "loop" && first.index === statement.index && isFed(earlier.accesses, accesses, first.index)) {
        const joined: LoopStatement = { ...first, body: joinedBody(first.body, statement.body) };
        placed[i] = { home: earlier.home, statement: joined, accesses: accessesIn([joined]) };
        return;
      }
      if (clash(earlier.accesses, accesses)) break;
    }
  placed.push(last);
}

function joinedBody(first: Nest, second: Nest): Nest {
  const placed: Placed[] = first.map(statement => ({ home: 0, statement, accesses: accessesIn([statement]) }));
  for (const statement of second) place(placed, 0, statement);
  return placed.flatMap(each => (each.statement === undefined ? [] : [each.statement]));
}

const clash = (a: readonly Access[], b: readonly Access[]): boolean =>
  a.some(one => b.some(other => one.array === other.array && (one.isWrite || other.isWrite)));

// Whether the later loop reads what the first one writes, and never more of it than its own turn has written.
function isFed(first: readonly Access[], later: readonly Access[], index: string): boolean {
  let reads = false;
  for (const one of first) {
    for (const other of later) {
      if (one.array !== other.array || !(one.isWrite || other.isWrite)) continue;
      if (!sharesAxis(one, other, index)) return false;
      reads ||= one.isWrite && !other.isWrite;
    }
  }
  return reads;
}

function sharesAxis(one: Access, other: Access, index: string): boolean {
  const isOnce = ({ loops }: Access): boolean => loops.filter(loop => loop.index === index).length === 1;
  if (!isOnce(one) || !isOnce(other)) return false;
  return (one.at ?? []).some((own, axis) => own.name === index && other.at?.[axis]?.name === index);
}

/** Temporaries that are read only where their element has just been written, as locals. */
function withLocals(tape: Tape): Tape {
  const accesses = tape.steps.map(accessesOf);
  const updated = new Set(tape.updates.map(({ from }) => from));
  const taken = new Set([...tape.arrays.map(({ name }) => name), ...accesses.flat().map(({ array }) => array)]);
  const locals = new Map<string, string>();
  for (const { name, role } of tape.arrays) {
    if (role !== "temporary" || updated.has(name)) continue;
    const touching = accesses.filter(step => step.some(({ array }) => array === name));
    const own = (touching[0] ?? []).filter(({ array }) => array === name);
    if (touching.length !== 1 || !isRightThere(own)) continue;
    const local = freshName(`${name} here`, taken);
    taken.add(local);
    locals.set(name, local);
  }
  if (locals.size === 0) return tape;
  const steps = tape.steps.map(step =>
    step.kind === "matrix product" ? step : { ...step, nest: localised(step.nest, locals) },
  );
  return { ...tape, steps };
}

// One place writes, and every other access is a reading of the same element after it, in the same turn of its loops.
function isRightThere([write, ...reads]: readonly Access[]): boolean {
  const at = write?.at;
  if (write === undefined || at === undefined || !write.isWrite) return false;
  const element = variable(write.array, ...at);
  const names = new Set(
    at.flatMap(({ terms }) => terms.flatMap(({ of }) => (typeof of === "string" ? of : of.freeIndices))),
  );
  return reads.every(
    read =>
      !read.isWrite &&
      read.at !== undefined &&
      variable(read.array, ...read.at) === element &&
      write.loops.every((loop, depth) => read.loops[depth] === loop) &&
      read.loops.slice(write.loops.length).every(({ index }) => !names.has(index)),
  );
}

function localised(nest: Nest, locals: ReadonlyMap<string, string>): Nest {
  const memo = new Map<Expr, Expr>();
  const written = (e: Expr): Expr =>
    substituteReadings(
      e,
      ({ name }) => {
        const local = locals.get(name);
        return local === undefined ? undefined : variable(local);
      },
      memo,
    );
  const visit = (statement: Statement): Statement => {
    switch (statement.kind) {
      case "loop":
        return { ...statement, body: statement.body.map(visit) };
      case "store": {
        const local = locals.get(statement.array);
        const value = written(statement.value);
        return local === undefined ? { ...statement, value } : { kind: "let", local, value };
      }
      case "accumulate":
      case "let":
        return { ...statement, value: written(statement.value) };
      case "start":
      case "clear":
        return statement;
    }
  };
  return nest.map(visit);
}
