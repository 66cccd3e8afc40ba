import { asIndex, type Call, type Expr, rebuild, variable } from "../../expression/expression.ts";
import { type Algebra, type Demand, fold, settled } from "../../expression/fold.ts";
import { rebuilding } from "../../expression/indices.ts";
import { comparedWithExtremes } from "./compared.ts";
import { type Filling, namesIn, readingsOfComputed } from "./filling.ts";
import type { Filled } from "./fillings.ts";
import { layoutOf, type Usually } from "./layout.ts";
import { type Block, groupLoops } from "./loops.ts";
import { canonicalNames, type Ranges, renamedFrom } from "./ranges.ts";

/**
 * The same fillings, in which nothing costly is computed twice: what an array holds is read from it wherever it occurs, and
 * what several fillings compute, or one of them again and again under an index that it does not depend on, becomes an
 * array of its own if it costs more than a few multiplications, or if it is compared with an extreme of it. Each filling
 * reads those before it.
 */
export function storeCostly({ fillings, named }: Filled, fresh: () => string, knowledge: Knowledge): Filled {
  const held = heldBy(fillings);
  let all: Filled = {
    fillings: inOrder(fillings.map(filling => withReadings(filling, held))),
    named: named.map(filling => withReadings(filling, held)),
  };
  // What is stored is computed in a loop of its own, so that others may have to part.
  for (let round = 0; round < mostRounds; round++) {
    const next = storedOnce(all, fresh, knowledge);
    if (next === all) break;
    all = next;
  }
  const { arrays } = comparedWithExtremes(all.fillings);
  const apart = new Set([...arrays, ...readInInnerLoops(all.fillings)]);
  const marked = all.fillings.map(each => (apart.has(each.name) ? { ...each, isReadLater: true } : each));
  return { ...all, fillings: marked };
}

const mostRounds = 4;

interface Knowledge {
  readonly ranges: Ranges;
  readonly usually: Usually;
}

function storedOnce(before: Filled, fresh: () => string, { ranges, usually }: Knowledge): Filled {
  const stored = new Map<Expr, Filling>();
  const readings = new Map<Expr, Expr>();
  for (const part of worthStoring(before.fillings)) {
    // Parts that differ in the names of indices are one array.
    const axes = layoutOf(part.freeIndices, part, usually);
    const names = canonicalNames(axes, ranges);
    const value = renamedFrom(part, axes, names);
    const known = stored.get(value);
    const name = known?.name ?? fresh();
    readings.set(part, variable(name, ...axes));
    if (known !== undefined) continue;
    const at = names.map(asIndex);
    stored.set(value, { name, axes: names, at, reduced: [], operation: "set", value, formula: value });
  }
  if (stored.size === 0) return before;
  // What is stored now may hold what is stored as well.
  const all = [...before.fillings, ...stored.values()].map(filling => withReadings(filling, readings));
  return { fillings: inOrder(all), named: before.named.map(each => withReadings(each, readings)) };
}

/**
 * The arrays of functions that loops within the loop that fills them read: computed in a loop of their own, whose turns may
 * run together, they cost less than one at a time between those loops. Not so where they read what is reduced within that
 * loop too: it would go twice through what is reduced.
 */
function readInInnerLoops(fillings: readonly Filling[]): readonly string[] {
  const loops = loopsAround(fillings);
  const readings = readingsOfComputed(name => loops.has(name));
  const sourcesOf = new Map(fillings.map(each => [each.name, readings(each.value).map(({ name }) => name)]));
  const isWithin = (inner: string, outer: string): boolean => {
    const [one = [], other = []] = [loops.get(inner), loops.get(outer)];
    return one.length > other.length && other.every((loop, i) => one[i] === loop);
  };
  const read = new Set(
    fillings.flatMap(({ name }) => (sourcesOf.get(name) ?? []).filter(source => isWithin(name, source))),
  );
  return fillings.flatMap(({ name, operation, axes, value }) => {
    const isFunction = operation === "set" && axes.length > 0 && read.has(name) && holdsFunction(value);
    return isFunction && !sourcesOf.get(name)?.some(source => isWithin(source, name)) ? [name] : [];
  });
}

function holdsFunction(value: Expr): boolean {
  const seen = new Set([value]);
  for (const node of seen) {
    if (node.kind === "call" && node.freeIndices.length > 0 && costOf(node) >= costOfFunction) return true;
    for (const argument of node.args) seen.add(argument);
  }
  return false;
}

// What each element-wise array holds, but for what is only a reading itself.
function heldBy(fillings: readonly Filling[]): ReadonlyMap<Expr, Expr> {
  const held = new Map<Expr, Expr>();
  for (const { name, axes, at, operation, value } of fillings) {
    const isPlain = operation === "set" && value.kind === "call" && at.every((index, i) => index.name === axes[i]);
    if (isPlain && axes.length === value.freeIndices.length && !held.has(value))
      held.set(value, variable(name, ...axes));
  }
  return held;
}

function withReadings(filling: Filling, held: ReadonlyMap<Expr, Expr>): Filling {
  // A matrix product reads its two arrays, and no array of their products.
  if (filling.product !== undefined || held.size === 0) return filling;
  const memo = memoOf(held);
  const replaced = (e: Expr): Expr => {
    const own = held.get(e);
    const isOwn = own?.kind === "variable" && own.name === filling.name;
    if (!isOwn) return fold(e, readingFrom(held), memo);
    return rebuild(
      e,
      e.args.map(argument => fold(argument, readingFrom(held), memo)),
    );
  };
  const value = replaced(filling.value);
  return value === filling.value ? filling : { ...filling, value, formula: replaced(filling.formula) };
}

const memos = new WeakMap<ReadonlyMap<Expr, Expr>, Map<Expr, Expr>>();

function memoOf(held: ReadonlyMap<Expr, Expr>): Map<Expr, Expr> {
  const memo = memos.get(held) ?? new Map<Expr, Expr>();
  memos.set(held, memo);
  return memo;
}

const readingFrom = (held: ReadonlyMap<Expr, Expr>): Algebra<Expr> => ({
  ...rebuilding,
  demand(node): Demand<Expr> | undefined {
    const reading = held.get(node);
    return reading === undefined ? undefined : settled(reading);
  },
});

// A stored value costs a multiplication or two to write and to read.
const costly = 8;

// The loops that each filling would be in, the outermost first, by numbers. A matrix product is alone.
function loopsAround(fillings: readonly Filling[]): ReadonlyMap<string, readonly number[]> {
  const loops = new Map<string, readonly number[]>();
  let count = 0;
  const visit = (blocks: readonly Block[], around: readonly number[]): void => {
    for (const block of blocks) {
      if (block.kind === "loop") visit(block.body, [...around, ++count]);
      else loops.set(block.filling.name, block.filling.product === undefined ? around : [++count]);
    }
  };
  visit(groupLoops(fillings), []);
  return loops;
}

// What is compared with an extreme, whatever it costs, and what is costly.
function worthStoring(fillings: readonly Filling[]): readonly Expr[] {
  const costly = costlyIn(fillings);
  const others = [...comparedWithExtremes(fillings).values].filter(part => part.freeIndices.length > 0);
  return [...new Set([...costly, ...others])].sort((a, b) => a.id - b.id);
}

/** The costly parts that are worth an array, each cheap once those before it are stored. */
function costlyIn(fillings: readonly Filling[]): readonly Expr[] {
  // What fillings of one loop share, it computes once anyway.
  const loops = loopsAround(fillings);
  const several = -1;
  const owners = new Map<Expr, number>();
  const repeated = new Set<Expr>();
  for (const filling of fillings) {
    const owner = loops.get(filling.name)?.at(-1) ?? 0;
    const runs = new Set([...filling.at.flatMap(namesIn), ...filling.reduced]);
    const pending: Expr[] = [filling.value];
    for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
      const known = owners.get(node);
      if (known === owner || known === several) continue;
      owners.set(node, known === undefined ? owner : several);
      // Fewer indices than the loops around have: computed again in every turn of the others.
      if (node.freeIndices.length > 0 && node.freeIndices.length < runs.size) repeated.add(node);
      for (const argument of node.args) pending.push(argument);
    }
  }
  const costs = new Map<Expr, number>();
  const found: Expr[] = [];
  for (const node of [...owners.keys()].sort((a, b) => a.id - b.id)) {
    const own = node.kind === "call" ? costOf(node) : 0;
    const cost = node.args.reduce((total, argument) => total + (costs.get(argument) ?? 0), own);
    const isWorth = (owners.get(node) === several || repeated.has(node)) && own > 0 && cost >= costly;
    const isStored = isWorth && node.freeIndices.length > 0;
    if (isStored) found.push(node);
    costs.set(node, isStored ? 0 : Math.min(cost, 1e6));
  }
  return found;
}

/** What a call costs, in multiplications, its arguments not counted. */
export function costOf({ fn, args }: Call): number {
  if (fn.cost !== undefined) return fn.cost(...args);
  return fn.operator !== undefined || fn.selection === true || fn.whole !== undefined ? 1 : costOfFunction;
}

const costOfFunction = 16;

/** Each filling after those that it reads, and as late as its first reader allows. */
function inOrder(fillings: readonly Filling[]): readonly Filling[] {
  const byName = new Map(fillings.map(filling => [filling.name, filling]));
  const readings = readingsOfComputed(name => byName.has(name));
  const done = new Set<Filling>();
  const ordered: Filling[] = [];
  for (const last of fillings) {
    const pending = [last];
    for (let filling = pending.at(-1); filling !== undefined; filling = pending.at(-1)) {
      const missing = done.has(filling)
        ? []
        : readings(filling.value).flatMap(({ name }) => {
            const source = byName.get(name);
            return source === undefined || done.has(source) ? [] : [source];
          });
      if (missing.length > 0) {
        pending.push(...missing.reverse());
        continue;
      }
      if (!done.has(filling)) ordered.push(filling);
      done.add(filling);
      pending.pop();
    }
  }
  return ordered;
}
