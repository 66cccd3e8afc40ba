import { DisjointSets } from "./disjoint-sets.ts";
import { FluxionError } from "./error.ts";
import { asExpr, excerpt, type Index, type Operand, type Variable } from "./expression.ts";
import { topologicalOrder } from "./fold.ts";
import { indexNames, stemOf } from "./indices.ts";

/**
 * The shape of the array that a reading reads: the extent of each axis, as a number or as the name of an index that
 * runs over the axis. Undefined where nothing is known of the array.
 */
export type ShapeOf = (name: string, reading: Variable) => readonly (number | string)[] | undefined;

export interface ExtentOptions {
  /** Extents that are given. */
  readonly extents?: Readonly<Record<string, number>> | ReadonlyMap<string, number> | undefined;
  /** Indices that stand at one position: windows that they occur in say nothing of the others. */
  readonly fixed?: ReadonlySet<string>;
}

/**
 * The one extent of each index name of `roots`, free and bound. A name alone in brackets takes the extent of its axis;
 * `delta(i, j)` makes two extents equal; a name in a window, such as `x[2*i+p]`, takes the largest extent for which every
 * position is inside; `j'` ranges as `j` does, and `i` of `delta(i, token[n])` over the axis that `token[n]` is read at,
 * unless they are determined themselves. A name that nothing determines is absent.
 *
 * In what comes back every position that is made of names and integers, and of a name at least, is inside its array
 * (`fixed` names aside). Throws `extent` where a name has two extents, `bad-value` where an array is read under too many
 * or too few indices.
 */
export function extentsOf(
  roots: readonly Operand[],
  shapeOf: ShapeOf,
  { extents = {}, fixed = new Set() }: ExtentOptions = {},
): ReadonlyMap<string, number> {
  const groups = new Groups();
  const given = extents instanceof Map ? [...extents] : Object.entries(extents);
  for (const [name, extent] of given as [string, number][]) groups.determine(name, { extent: checked(name, extent) });
  const names = new Set([...indexNames(...roots), ...given.map(([name]) => name)]);
  const { windows: all, positions } = collect(roots, shapeOf, groups);
  const windows = all.filter(({ index }) => !namesIn(index).some(name => fixed.has(name)));
  while (solveRound(windows, groups) || followPositions(positions, groups) || followPrimes(names, groups));
  for (const window of windows) checkInside(window, groups);
  checkFilled(windows, groups);
  const result = new Map<string, number>();
  for (const name of new Set([...names, ...groups.names()])) {
    const extent = groups.extentOf(name);
    if (extent !== undefined) result.set(name, extent);
  }
  return result;
}

/** The extent of `name`. Throws `extent`, saying how to give it, if nothing determined it. */
export function extentOf(extents: ReadonlyMap<string, number>, name: string): number {
  const extent = extents.get(name);
  if (extent !== undefined) return extent;
  throw new FluxionError(
    "extent",
    `nothing determines how many values the index ${name} takes: no array is read under it alone; give it, as in { extents: { ${name}: 3 } }`,
  );
}

/** Where an extent comes from: the reading of an array, or no reading if it was given. */
interface Source {
  readonly extent: number;
  readonly reading?: Variable;
  readonly window?: true;
}

/** An axis of known extent that is read at a sum of names and an integer. */
interface Window {
  readonly index: Index;
  readonly reading: Variable;
  readonly dimension: number | string;
}

/** What is read at, or made equal to, what is no name alone: `token[n]`, `i+p`, each by what it is called. */
interface Positions {
  /** The axes that are read there. */
  readonly axes: Map<string, { readonly dimension: number | string; readonly reading: Variable }[]>;
  /** The names that a delta makes equal to it. */
  readonly names: [name: string, position: string][];
}

/** Names that take the same extent, and that extent. */
class Groups {
  readonly #sets = new DisjointSets();
  readonly #sources = new Map<string, Source & { readonly name: string }>();

  names(): Iterable<string> {
    return this.#sources.keys();
  }

  /** The name that stands for all names equal to `name`. */
  find(name: string): string {
    return this.#sets.find(name);
  }

  sourceOf(name: string): (Source & { readonly name: string }) | undefined {
    return this.#sources.get(this.find(name));
  }

  extentOf(name: string): number | undefined {
    return this.sourceOf(name)?.extent;
  }

  determine(name: string, source: Source): void {
    const known = this.sourceOf(name);
    const added = { ...source, name };
    if (known === undefined) this.#sources.set(this.find(name), added);
    else if (known.extent !== source.extent) throw conflict(known, added);
  }

  unite(i: string, j: string): void {
    const [a, b] = [this.find(i), this.find(j)];
    if (a === b) return;
    const [left, right] = [this.#sources.get(a), this.#sources.get(b)];
    if (left !== undefined && right !== undefined && left.extent !== right.extent) throw conflict(left, right);
    this.#sets.unite(a, b);
    if (left === undefined && right !== undefined) this.#sources.set(a, right);
  }
}

// Takes in what is an equation between extents, and returns what is none.
function collect(
  roots: readonly Operand[],
  shapeOf: ShapeOf,
  groups: Groups,
): { readonly windows: readonly Window[]; readonly positions: Positions } {
  const windows: Window[] = [];
  const positions: Positions = { axes: new Map(), names: [] };
  for (const node of topologicalOrder(...roots.map(asExpr))) {
    if (node.kind === "delta") {
      const [left, right] = node.indices;
      if (left.name !== undefined && right.name !== undefined) groups.unite(left.name, right.name);
      else if (left.name !== undefined) positions.names.push([left.name, positionOf(right)]);
      else if (right.name !== undefined) positions.names.push([right.name, positionOf(left)]);
    }
    if (node.kind !== "variable" || node.indices.length === 0) continue;
    const shape = shapeOf(node.name, node);
    if (shape === undefined) continue;
    if (shape.length !== node.indices.length) throw axesMismatch(node, shape.length);
    for (const [axis, index] of node.indices.entries()) {
      const dimension = shape[axis] ?? 0;
      if (index.name === undefined) {
        const position = positionOf(index);
        const axes = positions.axes.get(position) ?? [];
        axes.push({ dimension, reading: node });
        positions.axes.set(position, axes);
        if (index.terms.length > 0 && namesIn(index).length === index.terms.length)
          windows.push({ index, reading: node, dimension });
      } else if (typeof dimension === "string") groups.unite(index.name, dimension);
      else groups.determine(index.name, { extent: dimension, reading: node });
    }
  }
  return { windows, positions };
}

/** What a position is called, that is no name alone: names of one stem are alike, as far as the axis goes that is read there. */
export const positionOf = ({ offset, terms }: Index): string =>
  JSON.stringify([
    offset,
    ...terms.map(({ coefficient, of }) => [coefficient, typeof of === "string" ? stemOf(of) : [of.name]]),
  ]);

/** The error of an array of `axes` axes that is read under another number of indices. */
export const axesMismatch = (reading: Variable, axes: number): FluxionError =>
  new FluxionError(
    "bad-value",
    `${excerpt(reading)} reads ${reading.name} under ${reading.indices.length} indices, but it has ${axes} axes`,
  );

// Determines the groups that are the only unknown of a window; the tightest window of each decides.
function solveRound(windows: readonly Window[], groups: Groups): boolean {
  const found = new Map<string, Source>();
  for (const window of windows) {
    const dimension = dimensionOf(window, groups);
    const unknown = new Set(namesIn(window.index).map(name => groups.find(name)));
    for (const root of unknown) if (groups.extentOf(root) !== undefined) unknown.delete(root);
    const [root] = unknown;
    if (dimension === undefined || root === undefined || unknown.size > 1) continue;
    const extent = largestExtent(window, dimension, root, groups);
    if (extent < (found.get(root)?.extent ?? Infinity))
      found.set(root, { extent, reading: window.reading, window: true });
  }
  for (const [root, source] of found) groups.determine(root, source);
  return found.size > 0;
}

/** The largest number of values of `root` for which all positions are inside. */
function largestExtent({ index, reading }: Window, dimension: number, root: string, groups: Groups): number {
  let [below, above, falling, rising] = [index.offset, dimension - 1 - index.offset, 0, 0];
  for (const { coefficient, of } of index.terms) {
    const isUnknown = groups.find(String(of)) === root;
    const steps = isUnknown ? 0 : Math.max(0, (groups.extentOf(String(of)) ?? 1) - 1);
    if (coefficient < 0) {
      if (isUnknown) falling -= coefficient;
      below += coefficient * steps;
    } else {
      if (isUnknown) rising += coefficient;
      above -= coefficient * steps;
    }
  }
  const extent =
    1 +
    Math.min(rising > 0 ? Math.floor(above / rising) : Infinity, falling > 0 ? Math.floor(below / falling) : Infinity);
  const isOutside = (falling === 0 && below < 0) || (rising === 0 && above < 0);
  if (extent >= 0 && !isOutside) return extent;
  throw new FluxionError(
    "extent",
    `${excerpt(reading)} leaves no value for the index ${root}: its axis has ${dimension} positions`,
  );
}

/** Names that nothing determines, and that a delta makes equal to a position, run over the axis that is read there. */
function followPositions({ axes, names }: Positions, groups: Groups): boolean {
  let hasFollowed = false;
  for (const [name, position] of names) {
    if (groups.extentOf(name) !== undefined) continue;
    const sources = new Map<number, Variable>();
    for (const { dimension, reading } of axes.get(position) ?? []) {
      const extent = typeof dimension === "string" ? groups.extentOf(dimension) : dimension;
      if (extent !== undefined) sources.set(extent, reading);
    }
    const [source] = sources;
    // Arrays of several lengths that are read there tell nothing.
    if (source === undefined || sources.size > 1) continue;
    groups.determine(name, { extent: source[0], reading: source[1] });
    hasFollowed = true;
  }
  return hasFollowed;
}

/** Names that nothing determines range as those of the same name with fewer, or more, primes. */
function followPrimes(names: ReadonlySet<string>, groups: Groups): boolean {
  const families = new Map<string, string>();
  for (const name of [...names].sort((a, b) => a.length - b.length)) {
    const stem = stemOf(name);
    if (groups.extentOf(name) !== undefined && !families.has(stem)) families.set(stem, name);
  }
  let hasFollowed = false;
  for (const name of names) {
    const leader = families.get(stemOf(name));
    if (leader === undefined || groups.extentOf(name) !== undefined) continue;
    groups.unite(leader, name);
    hasFollowed = true;
  }
  return hasFollowed;
}

/** The least and the greatest position of a window; undefined where an extent is unknown or nothing is read. */
function boundsOf({ index }: Window, groups: Groups): readonly [least: number, greatest: number] | undefined {
  let [least, greatest] = [index.offset, index.offset];
  for (const { coefficient, of } of index.terms) {
    const extent = groups.extentOf(String(of));
    if (extent === undefined || extent === 0) return undefined;
    if (coefficient < 0) least += coefficient * (extent - 1);
    else greatest += coefficient * (extent - 1);
  }
  return [least, greatest];
}

function checkInside(window: Window, groups: Groups): void {
  const bounds = boundsOf(window, groups);
  const dimension = dimensionOf(window, groups);
  if (bounds === undefined || dimension === undefined) return;
  const [least, greatest] = bounds;
  if (least >= 0 && greatest < dimension) return;
  const position = least < 0 ? least : greatest;
  throw new FluxionError(
    "extent",
    `${excerpt(window.reading)} is read at position ${position} of an axis of ${dimension}, since ${told(window.index, groups)}`,
  );
}

/**
 * An index that an array determines, and that each of its windows would let take more values, has two extents. A window
 * does not let it if another of its names could not take more either: that is what a stride leaves over.
 */
function checkFilled(windows: readonly Window[], groups: Groups): void {
  const slackOf = (window: Window): number => {
    const bounds = boundsOf(window, groups);
    const dimension = dimensionOf(window, groups);
    return bounds === undefined || dimension === undefined ? 0 : dimension - 1 - bounds[1];
  };
  const loose = new Map<string, Window | undefined>();
  for (const window of windows) {
    const isLoose = window.index.terms.every(({ coefficient }) => coefficient > 0 && slackOf(window) >= coefficient);
    for (const name of namesIn(window.index)) {
      const root = groups.find(name);
      loose.set(root, isLoose && !(loose.has(root) && loose.get(root) === undefined) ? window : undefined);
    }
  }
  for (const [root, window] of loose) {
    const source = groups.sourceOf(root);
    if (window === undefined || source?.reading === undefined || source.window === true) continue;
    if (namesIn(window.index).some(name => groups.sourceOf(name)?.reading === undefined)) continue;
    const more =
      source.extent + Math.floor(slackOf(window) / Math.max(...window.index.terms.map(term => term.coefficient)));
    throw conflict(source, { extent: more, reading: window.reading, name: source.name });
  }
}

const dimensionOf = ({ dimension }: Window, groups: Groups): number | undefined =>
  typeof dimension === "string" ? groups.extentOf(dimension) : dimension;

const namesIn = (index: Index): readonly string[] =>
  index.terms.flatMap(({ of }) => (typeof of === "string" ? [of] : []));

const told = (index: Index, groups: Groups): string =>
  [...new Set(namesIn(index))].map(name => `${name} takes ${groups.extentOf(name)} values`).join(" and ");

function conflict(a: Source & { name: string }, b: Source & { name: string }): FluxionError {
  const where = ({ reading }: Source): string => (reading === undefined ? "as given" : `in ${excerpt(reading)}`);
  const both =
    a.name === b.name
      ? `the index ${a.name} takes ${a.extent} values ${where(a)}, but ${b.extent} ${where(b)}`
      : `the index ${a.name} takes ${a.extent} values ${where(a)}, but ${b.name}, which equals it, ${b.extent} ${where(b)}`;
  return new FluxionError("extent", both);
}

function checked(name: string, extent: number): number {
  if (Number.isSafeInteger(extent) && extent >= 0) return extent;
  throw new FluxionError("bad-option", `the extent of ${name} must be a natural number, got ${extent}`);
}
