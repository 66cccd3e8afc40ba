import type { Block, Loop, Position, Source, Value } from "../../block.ts";

/** A position as a sum: a known number, loops and values, each with its factor. */
export interface Linear {
  readonly constant: number;
  readonly loops: ReadonlyMap<Loop, number>;
  readonly values: ReadonlyMap<Value, number>;
}

/** Writes positions out, those within them included. */
export type Linearise = (position: Position) => Linear;

/** What writes out the positions of a block. */
export function linearisation(block: Block): Linearise {
  const inner = new Map<Value, Position>();
  const known = new Map<Position, Linear>();
  const pending = [...block];
  for (let each = pending.pop(); each !== undefined; each = pending.pop()) {
    if (each.kind === "loop") for (const instruction of each.body) pending.push(instruction);
    else if (each.kind === "position") inner.set(each.target, each.at);
  }
  return position => {
    const found = known.get(position);
    if (found !== undefined) return found;
    let constant = 0;
    const loops = new Map<Loop, number>();
    const values = new Map<Value, number>();
    // As deep as loops are nested: a position takes its base from a loop further out.
    const add = (source: Loop | Source, factor: number): void => {
      if (typeof source === "number") constant += factor * source;
      else if ("index" in source) loops.set(source, (loops.get(source) ?? 0) + factor);
      else {
        const at = inner.get(source);
        if (at === undefined) values.set(source, (values.get(source) ?? 0) + factor);
        else addAll(at, factor);
      }
    };
    const addAll = ({ base, terms }: Position, factor: number): void => {
      add(base, factor);
      for (const term of terms) add(term.of, factor * term.factor);
    };
    addAll(position, 1);
    const linear: Linear = { constant, loops, values };
    known.set(position, linear);
    return linear;
  };
}

/** How far apart the elements lie that neighbouring turns of a loop reach; undefined where integers tell. */
export function strideAlong({ loops, values }: Linear, loop: Loop): number | undefined {
  for (const value of values.keys()) if (value.level >= loop.level) return undefined;
  return loops.get(loop) ?? 0;
}

/**
 * Whether two accesses reach the same element only in the same turn of a loop, or not at all. `extentOf` tells how many
 * turns a loop has at most; nothing is claimed where that is hard to see.
 */
export function areApart(first: Linear, second: Linear, loop: Loop, extentOf: (loop: Loop) => number): boolean {
  const stride = strideAlong(first, loop);
  if (stride === undefined || stride === 0 || stride !== strideAlong(second, loop)) return false;
  if (!hasEqual(first.values, second.values) || !hasEqual(second.values, first.values)) return false;
  let [low, high] = [first.constant - second.constant, first.constant - second.constant];
  for (const [linear, sign] of [
    [first, 1],
    [second, -1],
  ] as const)
    for (const [inner, factor] of linear.loops) {
      if (inner === loop) continue;
      if (inner.level < loop.level) {
        if (first.loops.get(inner) !== second.loops.get(inner)) return false;
        continue;
      }
      const reach = sign * factor * Math.max(0, extentOf(inner) - 1);
      if (reach < 0) low += reach;
      else high += reach;
    }
  return low > -Math.abs(stride) && high < Math.abs(stride);
}

/**
 * Whether two accesses reach the same element only in the same turn of a loop, or not at all, in whatever turns of all other
 * loops each of them is: in mixed radix, the turn is a digit of the position.
 */
export function areSeparate(first: Linear, second: Linear, loop: Loop, extentOf: (loop: Loop) => number): boolean {
  const stride = Math.abs(first.loops.get(loop) ?? 0);
  if (stride === 0 || first.loops.get(loop) !== second.loops.get(loop)) return false;
  let [low, high] = [first.constant - second.constant, first.constant - second.constant];
  let radix = 0;
  // A value may be any integer, and another one in each turn, if it is computed within a loop.
  for (const [one, other] of [
    [first, second],
    [second, first],
  ] as const)
    for (const [value, factor] of one.values)
      if (value.level > 0 || other.values.get(value) !== factor) radix = greatestDivisor(radix, Math.abs(factor));
  for (const [linear, sign] of [
    [first, 1],
    [second, -1],
  ] as const)
    for (const [other, factor] of linear.loops) {
      const reach = sign * factor * Math.max(0, extentOf(other) - 1);
      if (other === loop || reach === 0) continue;
      if (Math.abs(reach) >= stride) radix = greatestDivisor(radix, Math.abs(factor));
      else if (reach < 0) low += reach;
      else high += reach;
    }
  const spread = Math.max(-low, high);
  return spread < stride && (radix === 0 || radix > stride * (extentOf(loop) - 1) + spread);
}

const greatestDivisor = (a: number, b: number): number => {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return x;
};

const hasEqual = (values: ReadonlyMap<Value, number>, others: ReadonlyMap<Value, number>): boolean =>
  [...values].every(([value, factor]) => others.get(value) === factor);
