import type { Definitions } from "../../expression/definition.ts";
import { DisjointSets } from "../../expression/disjoint-sets.ts";
import type { Index, Variable } from "../../expression/expression.ts";
import { positionOf } from "../../expression/extents.ts";
import { topologicalOrder } from "../../expression/fold.ts";
import { stemOf } from "../../expression/indices.ts";

/** How many values an index takes, or how many elements an axis has: one for all that are equal. */
export interface Size {
  /** The index that it is called after; of an axis that no index alone runs over, the array and the number of the axis. */
  readonly called: string | Axis;
  /** An axis of an input that has this size; undefined where none has. */
  readonly axis: Axis | undefined;
  /** What determines it where no axis has it: the least of these. None, and no axis: it has to be given. */
  readonly windows: readonly WindowSize[];
}

/** An axis of an array. */
export interface Axis {
  readonly array: string;
  readonly axis: number;
}

/** `floor((constant + terms) / divisor) + 1`: for how many values of an index a window stays inside. */
export interface WindowSize {
  readonly constant: number;
  readonly terms: readonly (readonly [coefficient: number, size: Size])[];
  readonly divisor: number;
}

/** The sizes of a list of definitions. */
export interface Sizes {
  readonly ofIndex: (name: string) => Size;
  readonly ofAxis: (array: string, axis: number) => Size;
}

/**
 * The sizes in a list of definitions, as `extentsOf` finds them for given shapes, in terms of the axes of the arrays that
 * the list reads.
 */
export function sizesOf(definitions: Definitions): Sizes {
  const sizes = new Groups();
  const defined = new Map(definitions.map(({ name, axes }) => [name, axes]));
  const axisKey = (array: string, axis: number): string => {
    const own = defined.get(array)?.[axis];
    return own === undefined ? sizes.axis({ array, axis }) : sizes.index(own);
  };
  const windows: Window[] = [];
  const positions: Positions = { axes: new Map(), names: [] };
  for (const { axes } of definitions) for (const axis of axes) sizes.index(axis);
  for (const node of topologicalOrder(...definitions.map(({ expression }) => expression))) {
    if (node.kind === "reduction" || node.kind === "extent") sizes.index(node.index);
    else if (node.kind === "delta") meet(node.indices, sizes, positions);
    else if (node.kind === "variable") {
      for (const [axis, index] of node.indices.entries()) {
        const key = axisKey(node.name, axis);
        if (index.name !== undefined) sizes.unite(sizes.index(index.name), key);
        else {
          const position = positionOf(index);
          positions.axes.set(position, [...(positions.axes.get(position) ?? []), key]);
          const names = namesIn(index).map(name => sizes.index(name));
          if (index.terms.length > 0 && names.length === index.terms.length) windows.push({ index, axis: key });
        }
      }
    }
  }
  while (solveRound(windows, sizes) || followPositions(positions, sizes) || followPrimes(sizes));
  const sizeOf = sizes.sizes();
  return { ofIndex: name => sizeOf(sizes.index(name)), ofAxis: (array, axis) => sizeOf(axisKey(array, axis)) };
}

/** An axis that is read at a sum of names and an integer. */
interface Window {
  readonly index: Index;
  readonly axis: string;
}

interface Positions {
  /** The axes that are read at a position that is no name alone. */
  readonly axes: Map<string, readonly string[]>;
  /** The names that a delta makes equal to such a position. */
  readonly names: (readonly [key: string, position: string])[];
}

/** Keys of indices and of axes, in groups of the same size. */
class Groups {
  readonly #sets = new DisjointSets();
  readonly #indices = new Map<string, string>();
  readonly #axes = new Map<string, Axis>();
  readonly #windows = new Map<string, readonly Formula[]>();

  index(name: string): string {
    const key = `i${name}`;
    this.#indices.set(key, name);
    return key;
  }

  axis(axis: Axis): string {
    const key = `a${axis.axis} ${axis.array}`;
    const root = this.find(key);
    if (!this.#axes.has(root)) this.#axes.set(root, axis);
    return key;
  }

  indices(): readonly (readonly [key: string, name: string])[] {
    return [...this.#indices];
  }

  find(key: string): string {
    return this.#sets.find(key);
  }

  unite(a: string, b: string): void {
    const left = this.find(a);
    const right = this.#sets.unite(left, b);
    if (right === undefined) return;
    const [axis, windows] = [this.#axes.get(right), this.#windows.get(right)];
    if (axis !== undefined && !this.#axes.has(left)) this.#axes.set(left, axis);
    if (windows !== undefined && !this.#windows.has(left)) this.#windows.set(left, windows);
  }

  isKnown(key: string): boolean {
    const root = this.find(key);
    return this.#windows.has(root) || this.#axes.has(root);
  }

  determine(key: string, windows: readonly Formula[]): void {
    this.#windows.set(this.find(key), windows);
  }

  /** The size of each group that is met by one of these keys. */
  sizes(): (key: string) => Size {
    const names = new Map<string, string[]>();
    for (const [key, name] of this.#indices) names.set(this.find(key), [...(names.get(this.find(key)) ?? []), name]);
    const made = new Map<string, Size>();
    const sizeOf = (key: string): Size => {
      const root = this.find(key);
      const known = made.get(root);
      if (known !== undefined) return known;
      const axis = this.#axes.get(root);
      const [first] = (names.get(root) ?? []).toSorted((a, b) => primesOf(a) - primesOf(b));
      const formulas = axis === undefined ? (this.#windows.get(root) ?? []) : [];
      const windows = formulas.map(({ terms, ...rest }) => ({
        ...rest,
        terms: terms.map(([coefficient, each]) => [coefficient, sizeOf(each)] as const),
      }));
      const size: Size = Object.freeze({ called: first ?? axis ?? "", axis, windows });
      made.set(root, size);
      return size;
    };
    // In the order in which they were determined, so that none waits for another.
    for (const root of this.#windows.keys()) sizeOf(root);
    return sizeOf;
  }
}

/** A `WindowSize` in terms of keys. */
interface Formula {
  constant: number;
  readonly terms: (readonly [coefficient: number, key: string])[];
  divisor: number;
}

function meet([left, right]: readonly [Index, Index], sizes: Groups, positions: Positions): void {
  const [i, j] = [left.name, right.name];
  for (const name of [...namesIn(left), ...namesIn(right)]) sizes.index(name);
  if (i !== undefined && j !== undefined) sizes.unite(sizes.index(i), sizes.index(j));
  else if (i !== undefined) positions.names.push([sizes.index(i), positionOf(right)]);
  else if (j !== undefined) positions.names.push([sizes.index(j), positionOf(left)]);
}

// Determines the groups that are the only unknown of a window, by all the windows of which they are.
function solveRound(windows: readonly Window[], sizes: Groups): boolean {
  const found = new Map<string, Formula[]>();
  for (const window of windows) {
    if (!sizes.isKnown(window.axis)) continue;
    const roots = new Set(namesIn(window.index).map(name => sizes.find(sizes.index(name))));
    const [root, second] = [...roots].filter(each => !sizes.isKnown(each));
    if (root === undefined || second !== undefined) continue;
    found.set(root, [...(found.get(root) ?? []), ...largest(window, root, sizes)]);
  }
  for (const [root, formulas] of found) sizes.determine(root, formulas);
  return found.size > 0;
}

/** The largest size of the group `root` for which all positions are below the end of the axis, and from 0 on. */
function largest({ index, axis }: Window, root: string, sizes: Groups): readonly Formula[] {
  const rising: Formula = { constant: -1 - index.offset, terms: [[1, axis]], divisor: 0 };
  const falling: Formula = { constant: index.offset, terms: [], divisor: 0 };
  for (const { coefficient, of } of index.terms) {
    const key = sizes.index(String(of));
    const side = coefficient > 0 ? rising : falling;
    const rate = Math.abs(coefficient);
    if (sizes.find(key) === root) side.divisor += rate;
    else {
      side.constant += rate;
      side.terms.push([-rate, key]);
    }
  }
  return [rising, falling].filter(({ divisor }) => divisor > 0);
}

// A name that nothing determines, and that a delta makes equal to a position, runs over the axis that is read there.
function followPositions({ axes, names }: Positions, sizes: Groups): boolean {
  let hasFollowed = false;
  for (const [key, position] of names) {
    if (sizes.isKnown(key)) continue;
    const found = new Set((axes.get(position) ?? []).filter(axis => sizes.isKnown(axis)).map(axis => sizes.find(axis)));
    const [axis] = found;
    if (axis === undefined || found.size > 1) continue;
    sizes.unite(axis, key);
    hasFollowed = true;
  }
  return hasFollowed;
}

// Names that nothing determines range as those with fewer, or more, primes.
function followPrimes(sizes: Groups): boolean {
  const families = new Map<string, string>();
  for (const [key, name] of sizes.indices().toSorted(([, a], [, b]) => a.length - b.length)) {
    if (sizes.isKnown(key) && !families.has(stemOf(name))) families.set(stemOf(name), key);
  }
  let hasFollowed = false;
  for (const [key, name] of sizes.indices()) {
    const leader = families.get(stemOf(name));
    if (leader === undefined || sizes.isKnown(key)) continue;
    sizes.unite(leader, key);
    hasFollowed = true;
  }
  return hasFollowed;
}

const namesIn = ({ terms }: Index): readonly string[] =>
  terms.flatMap(({ of }: { readonly of: string | Variable }) => (typeof of === "string" ? [of] : []));

const primesOf = (name: string): number => name.length - stemOf(name).length;
