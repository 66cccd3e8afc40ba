import { FluxionError } from "../expression/error.ts";
import type { Expr, FunctionRow, Index } from "../expression/expression.ts";
import { type Algebra, fold } from "../expression/fold.ts";
import {
  type Block,
  type Instruction,
  type Loop,
  type Position,
  type PositionTerm,
  type Source,
  type Value,
  withoutUnused,
} from "./block.ts";
import { arrayName, changesOf, localName } from "./changes.ts";
import { deepest, type Local, levelOf, positionKey, type Scope, scopeOf, sourceKey } from "./known.ts";
import type { Nest, Statement } from "./tape.ts";

/** Where an array lives: the place of its first element, and how far apart the elements along each axis are. */
export interface Layout {
  readonly offset: number;
  readonly strides: readonly number[];
}

/**
 * A nest as blocks of instructions. What does not depend on a loop, nor on what the loop changes, is computed outside
 * of it; what several expressions share is computed once; what was just stored is not read again.
 *
 * Throws `unsupported` for a nest of more loops than back-ends can write within each other.
 */
export function lower(nest: Nest, layoutOf: (array: string) => Layout): Block {
  return lowerAll(nest, [], layoutOf).block;
}

/** The same, with the values of expressions at the end of it, outside of all loops. */
export function lowerAll(
  nest: Nest,
  results: readonly Expr[],
  layoutOf: (array: string) => Layout,
): { readonly block: Block; readonly results: readonly Source[] } {
  const scopes: Scope[] = [scopeOf(undefined, none)];
  const changes = changesOf(nest);
  const rows = new Map<FunctionRow, number>();
  // Names of locals and arrays, and how often what they hold has changed.
  const versions = new Map<string, number>();
  // The names that an expression which is still remembered has read.
  const remembered = new Set<string>();
  const locals = new Map<string, Local>();
  let [valueCount, loopCount] = [0, 0];

  const level = (): number => scopes.length - 1;
  const scopeAt = (depth: number): Scope => scopes[depth] as Scope;

  function emit(key: string, depth: number, make: (target: Value) => Instruction): Value {
    const scope = scopeAt(depth);
    const known = scope.values.get(key);
    if (known !== undefined) return known;
    const target: Value = { id: valueCount++, level: depth };
    scope.values.set(key, target);
    scope.instructions.push(make(target));
    return target;
  }

  /** What `name` holds is about to be, or has been, another. */
  function touch(name: string): void {
    versions.set(name, (versions.get(name) ?? 0) + 1);
    if (!remembered.has(name)) return;
    for (const scope of scopes) scope.memo.clear();
    remembered.clear();
  }

  /** The innermost open loop that changes what `name` holds: nothing that reads it can leave that loop. */
  function lastChange(name: string): number {
    for (let depth = level(); depth > 0; depth--) if (scopeAt(depth).changed.has(name)) return depth;
    return 0;
  }

  function loopOf(name: string): Loop {
    for (let depth = level(); depth > 0; depth--) {
      const { loop } = scopeAt(depth);
      if (loop?.index === name) return loop;
    }
    throw new FluxionError("bad-index", `no loop runs over the index ${name} where it is read`);
  }

  /** The terms of an index, each times a stride, given the values of its gathers. */
  function termsOf({ offset, terms }: Index, stride: number, gathered: Iterator<Source>): Terms {
    let constant = offset * stride;
    const result: PositionTerm[] = [];
    for (const { coefficient, of } of terms) {
      const factor = coefficient * stride;
      const source = typeof of === "string" ? loopOf(of) : (gathered.next().value as Source);
      if (typeof source === "number") constant += factor * source;
      else result.push({ factor, of: source });
    }
    return { constant, terms: result };
  }

  /** A position whose outer terms are added up outside of the loops that they do not depend on. */
  function positionOf(parts: readonly Terms[]): Position {
    const factors = new Map<Loop | Value, number>();
    let constant = 0;
    for (const part of parts) {
      constant += part.constant;
      for (const { factor, of } of part.terms) factors.set(of, (factors.get(of) ?? 0) + factor);
    }
    const terms = [...factors].filter(([, factor]) => factor !== 0).map(([of, factor]) => ({ factor, of }));
    let base: Source = constant;
    const levels = [...new Set(terms.map(term => term.of.level))].sort((a, b) => a - b);
    const innermost = levels.pop();
    for (const depth of levels) {
      const at: Position = { base, terms: terms.filter(term => term.of.level === depth) };
      base = emit(`position ${positionKey(at)}`, depth, target => ({ kind: "position", target, at }));
    }
    return { base, terms: terms.filter(term => term.of.level === innermost) };
  }

  function placeOf(array: string, indices: readonly Index[], gathered: readonly Source[]): Position {
    const { offset, strides } = layoutOf(array);
    const values = gathered[Symbol.iterator]();
    const axes = indices.map((index, axis) => termsOf(index, strides[axis] ?? 0, values));
    return positionOf([{ constant: offset, terms: [] }, ...axes]);
  }

  function load(array: string, position: Position): Value {
    const name = arrayName(array);
    remembered.add(name);
    const depth = Math.max(levelOf(position), lastChange(name));
    return emit(loadKey(array, position), depth, target => ({ kind: "load", target, from: { array, position } }));
  }

  const loadKey = (array: string, position: Position): string =>
    `load ${versions.get(arrayName(array)) ?? 0} ${positionKey(position)} ${array}`;

  function readLocal(name: string, { source, isAccumulator }: Local): Source {
    const key = localName(name);
    remembered.add(key);
    if (!isAccumulator || typeof source === "number") return source;
    const depth = Math.max(source.level, lastChange(key));
    return emit(`read ${source.id} ${versions.get(key) ?? 0}`, depth, target => ({
      kind: "read",
      target,
      accumulator: source,
    }));
  }

  const algebra: Algebra<Source> = {
    constant: node => node.value,
    variable(node, gathered) {
      const local = node.indices.length === 0 ? locals.get(node.name) : undefined;
      if (local !== undefined) return readLocal(node.name, local);
      return load(node.name, placeOf(node.name, node.indices, gathered));
    },
    call({ fn }, args) {
      if (fn.arity === 0) return fn.evaluate();
      const number = rows.get(fn) ?? rows.size;
      rows.set(fn, number);
      return emit(`call ${number} ${args.map(sourceKey)}`, deepest(args), target => ({
        kind: "call",
        target,
        fn,
        args,
      }));
    },
    delta({ indices: [i, j] }, gathered) {
      const values = gathered[Symbol.iterator]();
      const [left, right] = [positionOf([termsOf(i, 1, values)]), positionOf([termsOf(j, 1, values)])];
      const depth = Math.max(levelOf(left), levelOf(right));
      const key = `equal ${positionKey(left)} and ${positionKey(right)}`;
      return emit(key, depth, target => ({ kind: "equal", target, left, right }));
    },
    extent: ({ index }) => emit(`extent ${index}`, 0, target => ({ kind: "extent", target, index })),
  };

  // Each result is remembered in the scope that it was computed in, and forgotten with it.
  const memo = {
    get: (node: Expr) => scopes.find(scope => scope.memo.has(node))?.memo.get(node),
    has: (node: Expr) => scopes.some(scope => scope.memo.has(node)),
    set: (node: Expr, source: Source) => scopeAt(typeof source === "number" ? 0 : source.level).memo.set(node, source),
  };
  const sourceOf = (e: Expr): Source => fold(e, algebra, memo);

  function open(statement: Extract<Statement, { kind: "loop" }>): void {
    const changed = changes.get(statement) ?? none;
    const loop: Loop = { id: loopCount++, index: statement.index, level: scopes.length };
    // What an outer loop over the same name has remembered has another meaning within.
    for (const scope of scopes) scope.memo.clear();
    for (const name of changed) touch(name);
    scopes.push(scopeOf(loop, changed));
  }

  function close(): void {
    const scope = scopes.pop();
    if (scope?.loop === undefined) return;
    for (const each of scopes) each.memo.clear();
    for (const name of scope.changed) touch(name);
    for (const [name, shadowed] of scope.locals) {
      if (shadowed === undefined) locals.delete(name);
      else locals.set(name, shadowed);
      touch(localName(name));
    }
    scopeAt(level()).instructions.push({ kind: "loop", loop: scope.loop, body: scope.instructions });
  }

  function bind(name: string, local: Local): void {
    const scope = scopeAt(level());
    if (!scope.locals.has(name)) scope.locals.set(name, locals.get(name));
    locals.set(name, local);
    touch(localName(name));
  }

  function execute(statement: Exclude<Statement, { kind: "loop" }>): void {
    const { instructions } = scopeAt(level());
    switch (statement.kind) {
      case "start": {
        const target: Value = { id: valueCount++, level: level() };
        instructions.push({ kind: "start", target, operation: statement.operation });
        bind(statement.local, { source: target, isAccumulator: true });
        break;
      }
      case "accumulate": {
        const target = locals.get(statement.local)?.source;
        if (target === undefined || typeof target === "number") throw notStarted(statement.local);
        const value = sourceOf(statement.value);
        instructions.push({ kind: "accumulate", target, operation: statement.operation, value });
        touch(localName(statement.local));
        break;
      }
      case "let":
        bind(statement.local, { source: sourceOf(statement.value), isAccumulator: false });
        break;
      case "clear":
        instructions.push({ kind: "clear", array: statement.array, operation: statement.operation });
        touch(arrayName(statement.array));
        break;
      case "store":
        store(statement);
    }
  }

  function store({ array, at, operation, value }: Extract<Statement, { kind: "store" }>): void {
    const source = sourceOf(value);
    const gathers = at.flatMap(({ terms }) => terms.flatMap(({ of }) => (typeof of === "string" ? [] : [of])));
    const position = placeOf(array, at, gathers.map(sourceOf));
    scopeAt(level()).instructions.push({ kind: "store", to: { array, position }, operation, value: source });
    touch(arrayName(array));
    // A later reading of this element takes the value at hand, if the value outlives the reading's scope.
    if (operation === "set" && typeof source !== "number") {
      const depth = Math.max(levelOf(position), lastChange(arrayName(array)));
      if (source.level <= depth && depth === level()) scopeAt(depth).values.set(loadKey(array, position), source);
    }
  }

  const pending: (readonly [nest: Nest, next: number])[] = [[nest, 0]];
  for (let top = pending.pop(); top !== undefined; top = pending.pop()) {
    const [list, next] = top;
    const statement = list[next];
    if (statement === undefined) {
      if (pending.length > 0) close();
      continue;
    }
    pending.push([list, next + 1]);
    if (statement.kind === "loop") {
      open(statement);
      pending.push([statement.body, 0]);
    } else execute(statement);
  }
  const values = results.map(sourceOf);
  return { block: withoutUnused(scopeAt(0).instructions, values), results: values };
}

interface Terms {
  readonly constant: number;
  readonly terms: readonly PositionTerm[];
}

const notStarted = (name: string): FluxionError =>
  new FluxionError("unbound-variable", `the accumulator ${name} is not begun before it is added to`);

const none: ReadonlySet<string> = new Set();
