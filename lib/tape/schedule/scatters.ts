import { asIndex, delta, type Expr, type Variable, variable } from "../../expression/expression.ts";
import { add, div, mul, mulAll, neg } from "../../expression/functions.ts";
import { sum } from "../../expression/reductions.ts";
import { type Combination, combinationOf, type Term } from "./combination.ts";
import { type Filling, isScatter, namesIn, readingsOfComputed } from "./filling.ts";
import { layoutOf, type Usually } from "./layout.ts";

/** An input that becomes what an array holds at the end of a run: itself, where it is changed in place. */
export interface Update {
  readonly to: string;
  readonly from: string;
}

/** Fillings, and the updates that they lead to. */
export interface Absorbed {
  readonly fillings: readonly Filling[];
  readonly updates: readonly Update[];
}

/** What is known of arrays and indices. */
export interface ScatterKnowledge {
  readonly isTemporary: (name: string) => boolean;
  readonly isOutput: (name: string) => boolean;
  /** True of inputs that hold integers. */
  readonly isInteger: (name: string) => boolean;
  readonly extentOf: (index: string) => number;
  readonly usually: Usually;
  readonly fresh: () => string;
}

/**
 * The same arrays, in which scatters add to where they are wanted: what is made of scatters alone, `2*s[i,k] - t[i,k]`, is one
 * array to which all of them add, each scaled before it goes there. An update that adds nothing but scatters to the old
 * value adds to the input itself, when all else has read it: in proportion to what is scattered.
 */
export function absorbScatters(
  fillings: readonly Filling[],
  updates: readonly Update[],
  knowledge: ScatterKnowledge,
): Absorbed {
  const sources = scattersReadOnce(fillings, knowledge);
  if (sources.size === 0) return { fillings, updates };
  const combined = combinations(fillings, sources, updates, knowledge);
  if (combined.size === 0) return { fillings, updates };
  const changed = new Set([...combined.values()].flatMap(({ input }) => (input === undefined ? [] : [input])));
  const gone = new Set([...combined.values()].flatMap(({ terms }) => terms.map(({ source }) => source.name)));

  const before: Filling[] = [];
  const last: Filling[] = [];
  const old = new Map<Expr, Filling>();
  for (const filling of fillings) {
    const combination = combined.get(filling.name);
    if (gone.has(filling.name)) continue;
    if (combination === undefined) before.push(filling);
    else if (combination.input === undefined) before.push(...partsOf(filling, filling.name, combination));
    else {
      const terms = combination.terms.map(term => keepOld(term, changed, old, knowledge));
      last.push(...partsOf(filling, combination.input, { ...combination, terms }));
    }
  }
  const inPlace = new Map([...combined].flatMap(([from, { input }]) => (input === undefined ? [] : [[from, input]])));
  return {
    fillings: [...before, ...old.values(), ...last],
    updates: updates.map(({ to, from }) => ({ to, from: inPlace.get(from) ?? from })),
  };
}

// Scatters by integers, into arrays that nobody asked for and one other filling reads.
function scattersReadOnce(
  fillings: readonly Filling[],
  { isTemporary }: ScatterKnowledge,
): ReadonlyMap<string, Filling> {
  const found = new Map<string, Filling>();
  for (const filling of fillings) {
    const isGathered = filling.at.every(({ name, terms }) => name !== undefined || terms.some(isGather));
    if (isScatter(filling) && isGathered && isTemporary(filling.name)) found.set(filling.name, filling);
  }
  const readings = readingsOfComputed(name => found.has(name));
  const readers = new Map<string, number>();
  for (const { value } of fillings) {
    for (const name of new Set(readings(value).map(read => read.name))) readers.set(name, (readers.get(name) ?? 0) + 1);
  }
  return new Map([...found].filter(([name]) => readers.get(name) === 1));
}

const isGather = ({ of }: Variable["indices"][number]["terms"][number]): boolean => typeof of !== "string";

function combinations(
  fillings: readonly Filling[],
  sources: ReadonlyMap<string, Filling>,
  updates: readonly Update[],
  knowledge: ScatterKnowledge,
): ReadonlyMap<string, Combination> {
  const filled = new Set(fillings.map(({ name }) => name));
  const readings = readingsOfComputed(name => filled.has(name));
  const read = new Set(fillings.flatMap(({ value }) => readings(value)).map(({ name }) => name));
  const found = new Map<string, Combination>();
  for (const filling of fillings) {
    const { name } = filling;
    const [update, ...others] = updates.filter(({ from }) => from === name);
    const isOnlyUpdate = others.length === 0 && !knowledge.isOutput(name) && !read.has(name);
    const input = isOnlyUpdate && update !== undefined && !knowledge.isInteger(update.to) ? update.to : undefined;
    const combination = combinationOf(filling, sources, input);
    if (combination !== undefined && isWorth(filling, combination, knowledge)) found.set(name, combination);
  }
  // What scales a scatter must still be there when all else has been read.
  const changed = new Set<string | undefined>([...found.values()].map(({ input }) => input));
  const readsChanged = readingsOfComputed(name => changed.has(name));
  return new Map(
    [...found].filter(([, { terms }]) =>
      terms.every(({ factors, divisors }) => [...factors, ...divisors].every(e => readsChanged(e).length === 0)),
    ),
  );
}

// What is scattered is scaled element by element, where one pass over all of the array would do.
function isWorth({ axes }: Filling, { terms }: Combination, { extentOf }: ScatterKnowledge): boolean {
  const sizeOf = (names: Iterable<string>): number =>
    [...new Set(names)].reduce((size, name) => size * extentOf(name), 1);
  const added = terms.map(({ source: { at, reduced } }) => sizeOf([...at.flatMap(namesIn), ...reduced]));
  return added.reduce((total, each) => total + each, 0) <= (terms.length + 1) * sizeOf(axes);
}

/** The scatters into `array`, which has the axes of `whole`. */
function partsOf({ axes }: Filling, array: string, { terms, input }: Combination): readonly Filling[] {
  const old = variable(array, ...axes);
  return terms.map((term, place): Filling => {
    const { source } = term;
    const at = axes.map(axis => source.at[source.axes.indexOf(axis)] ?? asIndex(axis));
    const value = scaled(source.value, term);
    const deltas = axes.flatMap((axis, i) => (at[i]?.name === axis ? [] : [delta(axis, at[i] ?? axis)]));
    const added = source.reduced.reduceRight((body, index) => sum(index, body), mulAll([...deltas, value]));
    return {
      ...source,
      name: array,
      axes,
      at,
      value,
      formula: place === 0 && input === undefined ? added : add(old, added),
      ...(input === undefined ? {} : { isInPlace: true }),
    };
  });
}

// What scales is one factor, which loops over elements compute once.
function scaled(e: Expr, { factors, divisors, isNegative }: Term): Expr {
  if (factors.length === 0 && divisors.length === 0) return isNegative ? neg(e) : e;
  const scale = divisors.reduce((quotient, divisor) => div(quotient, divisor), mulAll(factors));
  return mul(isNegative ? neg(scale) : scale, e);
}

/** The term with an array in place of what reads inputs that are about to change: one of `stored`, which grows. */
function keepOld(
  term: Term,
  changed: ReadonlySet<string>,
  stored: Map<Expr, Filling>,
  { fresh, usually }: ScatterKnowledge,
): Term {
  const { value } = term.source;
  if (readingsOfComputed(name => changed.has(name))(value).length === 0) return term;
  const axes = layoutOf(value.freeIndices, value, usually);
  const known = stored.get(value);
  const name = known?.name ?? fresh();
  const at = axes.map(asIndex);
  if (known === undefined) stored.set(value, { name, axes, at, reduced: [], operation: "set", value, formula: value });
  return { ...term, source: { ...term.source, value: variable(name, ...axes) } };
}
