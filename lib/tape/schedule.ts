import type { Definitions } from "../expression/definition.ts";
import { FluxionError } from "../expression/error.ts";
import { delta, describe, type Expr, type Operand, variable } from "../expression/expression.ts";
import { extentsOf } from "../expression/extents.ts";
import { topologicalOrder } from "../expression/fold.ts";
import { indexNames, stemOf } from "../expression/indices.ts";
import { simplifyAll } from "../simplify/simplify.ts";
import { stabiliseAll } from "../simplify/stabilise.ts";
import { type Filling, isScatter, namesIn } from "./schedule/filling.ts";
import { fillingsOf, freshNames, namesOf } from "./schedule/fillings.ts";
import { inlined, plainlyRead } from "./schedule/inline.ts";
import { usualPlaces } from "./schedule/layout.ts";
import { groupLoops } from "./schedule/loops.ts";
import { nestsOf } from "./schedule/nests.ts";
import { positionsInside } from "./schedule/positions.ts";
import { type Ranges, unifyIndices } from "./schedule/ranges.ts";
import { nameTemporaries } from "./schedule/rename.ts";
import { type Computed, requestOf } from "./schedule/request.ts";
import { absorbScales } from "./schedule/scale.ts";
import { absorbScatters } from "./schedule/scatters.ts";
import { storeCostly } from "./schedule/storage.ts";
import type { Step, Tape, TapeArray } from "./tape.ts";
import { tapeToString } from "./text.ts";

export type { Computed } from "./schedule/request.ts";

/** How a tape is made. */
export interface ScheduleOptions {
  /**
   * New values of inputs, by reading: `{ "W[j,k]": next, t: add(t, 1) }`, or the name of a definition: `{ W: "nextW" }`. They are
   * computed from the old ones, and take their places when a run ends.
   */
  readonly updates?: Readonly<Record<string, Operand | string>>;
  /** Inputs that are columns of samples: every result is reduced over the samples. */
  readonly batch?: readonly string[];
  /** What a result over a batch is; the mean, unless said. */
  readonly reduce?: "mean" | "sum";
  /** The names of the results that are wanted; the others are stored only where that pays. All, unless said. */
  readonly outputs?: readonly string[];
  /** How many values an index takes, where no input's shape tells. */
  readonly extents?: Readonly<Record<string, number>>;
  /** Extents to choose by what is cheaper, 256 where neither tells. The tape is right for all. */
  readonly expected?: Readonly<Record<string, number>>;
  /** Rewrites what would overflow; true, unless said. */
  readonly stabilise?: boolean;
  /** True, unless said. */
  readonly simplify?: boolean;
}

/**
 * A list of definitions, or expressions under readings, `{ "h[n,k]": e, loss: e2 }`, as a tape: which parts become arrays, in
 * which loops, in which order. It is right for all shapes of the inputs.
 *
 * Throws `bad-index` for an index that is free in a result but none of its axes, `unbound-variable` for a definition that
 * reads a later one, `bad-option` for two results of one name, for an update or a batch of what is no input and for
 * unknown outputs or options, `extent` for an index of two extents, `bad-value` for an array that is read under different numbers of
 * indices, `unsupported` for a computed array that stands in an index.
 */
export function schedule(what: Computed, options: ScheduleOptions = {}): Tape {
  checkOptions(options);
  const request = requestOf(what, options);
  const extents = new Map(Object.entries(options.extents ?? {}));
  checkExtents(request.definitions, extents);

  const kept = new Set([...request.outputs, ...request.updates.map(({ from }) => from)]);
  const { results, others } = resultsOf(request.definitions, kept);
  const { definitions: all, ranges } = unifyIndices(prepared([...results, ...others], options));
  const definitions = all.slice(0, results.length);
  const inputs = inputsOf(request.definitions);
  const integers = new Set(inputs.flatMap(({ name, isInteger }) => (isInteger ? [name] : [])));
  const extentOf = expectedExtents(options);
  const usually = usualPlaces(definitions, ranges, extentOf);
  const fresh = freshNames(namesOf([...request.definitions, ...definitions]));
  const filled = fillingsOf(definitions, all.slice(results.length), fresh, {
    ranges,
    extentOf,
    usually,
    isInside: positionsInside([...request.definitions, ...definitions], ranges),
    isInteger: name => integers.has(name),
  });
  const { fillings, named } = storeCostly(filled, fresh, { ranges, usually });
  const isResult = new Set(results.map(({ name }) => name));
  const isTemporary = (name: string): boolean => !isResult.has(name);
  const scaled = absorbScales(nameTemporaries(fillings, named, isTemporary), isTemporary);
  const outputs = new Set(request.outputs);
  const isOutput = (name: string): boolean => outputs.has(name);
  const { fillings: stored, updates } = absorbScatters(scaled, request.updates, {
    isTemporary,
    isOutput,
    isInteger: name => integers.has(name),
    extentOf,
    usually,
    fresh,
  });
  const taken = namesOf(all);
  const { steps, arrays } = nestsOf(groupLoops(stored), name => kept.has(name), taken);

  const filledArrays = new Map(stored.filter(filling => !filling.isInPlace).map(({ name, axes }) => [name, axes]));
  const roots = [...request.definitions.map(({ expression }) => expression), ...formulasOf(steps), ...placesOf(stored)];
  const names = [...new Set([...loopNames(stored), ...indexNames(...roots)])];
  return printable({
    arrays: [
      ...inputs,
      ...[...filledArrays].flatMap(([name, axes]): readonly TapeArray[] =>
        arrays.has(name) ? [{ name, axes, role: isOutput(name) ? "output" : "temporary", isInteger: false }] : [],
      ),
    ],
    steps,
    outputs: request.outputs,
    updates,
    extents: givenExtents(names, extents, ranges),
    roots: [...roots, ...equalExtents(names, ranges)],
  });
}

// `${tape}` is its text; as data it is what its type says.
function printable(tape: Tape): Tape {
  Object.defineProperty(tape, "toString", { value: () => tapeToString(tape) });
  return tape;
}

// The results are those that are wanted, and those that are read where their formula could not stand. The others are
// parts of these, to which they give their names.
function resultsOf(
  definitions: Definitions,
  kept: ReadonlySet<string>,
): { readonly results: Definitions; readonly others: Definitions } {
  const plain = plainlyRead(definitions);
  const stays = (name: string): boolean => kept.has(name) || !plain.has(name);
  const whole = inlined(definitions, stays);
  return { results: whole.filter(({ name }) => stays(name)), others: whole.filter(({ name }) => !stays(name)) };
}

function prepared(definitions: Definitions, { stabilise = true, simplify = true }: ScheduleOptions): Definitions {
  const expressions = definitions.map(({ expression }) => expression);
  const stable = stabilise ? stabiliseAll(expressions) : expressions;
  const simple = simplify ? simplifyAll(stable) : stable;
  return definitions.map((definition, i) => ({ ...definition, expression: simple[i] ?? definition.expression }));
}

function expectedExtents({ extents = {}, expected = {} }: ScheduleOptions): (index: string) => number {
  const known = new Map([...Object.entries(expected), ...Object.entries(extents)]);
  // Primed names range as those without primes do, unless told otherwise.
  return index => known.get(index) ?? known.get(stemOf(index)) ?? 256;
}

function checkOptions({ stabilise = true, simplify = true, ...options }: ScheduleOptions): void {
  for (const [name, flag] of Object.entries({ stabilise, simplify })) {
    if (typeof flag !== "boolean")
      throw new FluxionError("bad-option", `${name} is true or false, got ${describe(flag)}`);
  }
  const { updates = {}, extents = {}, expected = {}, batch = [], outputs = [] } = options;
  for (const [name, object] of Object.entries({ updates, extents, expected })) {
    if (typeof object !== "object" || object === null || Array.isArray(object))
      throw new FluxionError("bad-option", `${name} is an object, got ${describe(object)}`);
  }
  for (const [name, list] of Object.entries({ batch, outputs })) {
    if (!Array.isArray(list) || !list.every(each => typeof each === "string"))
      throw new FluxionError("bad-option", `${name} is a list of names, got ${describe(list)}`);
  }
  for (const [index, extent] of Object.entries(expected)) {
    if (!Number.isFinite(extent) || extent < 0)
      throw new FluxionError("bad-option", `the expected extent of ${index} is a number, got ${describe(extent)}`);
  }
}

// What is known of extents before any shape is: those that are given, and which are equal.
function checkExtents(definitions: Definitions, extents: ReadonlyMap<string, number>): void {
  const axesOf = new Map(definitions.map(({ name, axes }) => [name, axes]));
  extentsOf(
    definitions.map(({ expression }) => expression),
    (name, reading) => axesOf.get(name) ?? reading.indices.map((_, axis) => `axis ${axis} of ${name}`),
    { extents },
  );
}

/** The inputs, each axis with the index that alone runs over it. */
function inputsOf(definitions: Definitions): readonly TapeArray[] {
  const defined = new Set(definitions.map(({ name }) => name));
  const axes = new Map<string, (string | undefined)[]>();
  const integers = new Set<string>();
  for (const node of topologicalOrder(...definitions.map(({ expression }) => expression))) {
    for (const gather of node.kind === "variable" || node.kind === "delta" ? node.args : []) {
      if (gather.kind === "variable") integers.add(gather.name);
    }
    if (node.kind !== "variable" || defined.has(node.name)) continue;
    const known = axes.get(node.name) ?? node.indices.map(() => undefined);
    axes.set(
      node.name,
      known.map((axis, i) => axis ?? node.indices[i]?.name),
    );
  }
  return [...axes].map(([name, found]) => ({ name, role: "input", axes: found, isInteger: integers.has(name) }));
}

const formulasOf = (steps: readonly Step[]): readonly Expr[] =>
  steps.flatMap(({ assignments }) => assignments.map(({ expression }) => expression));

const loopNames = (fillings: readonly Filling[]): readonly string[] =>
  fillings.flatMap(({ at, reduced }) => [...at.flatMap(namesIn), ...reduced]);

// What is given for a name holds for those that were made of it.
function givenExtents(
  names: readonly string[],
  extents: ReadonlyMap<string, number>,
  ranges: Ranges,
): ReadonlyMap<string, number> {
  const usual = new Map([...extents].map(([name, extent]) => [ranges.nameOf(name), extent]));
  const all = new Map(extents);
  for (const name of names) {
    const extent = extents.get(name) ?? usual.get(ranges.nameOf(name));
    if (extent !== undefined) all.set(name, extent);
  }
  return all;
}

// Names that were made on the way take as many values as those that they stand for.
function equalExtents(names: readonly string[], ranges: Ranges): readonly Expr[] {
  return names.flatMap(name => {
    const usual = ranges.nameOf(name);
    return usual === name ? [] : [delta(usual, name)];
  });
}

// Where windows scatter to: read as an array is, so that extents are checked before anything is written outside.
const placesOf = (fillings: readonly Filling[]): readonly Expr[] =>
  fillings.filter(isScatter).map(({ name, at }) => variable(name, ...at));
