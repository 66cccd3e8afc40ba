import type { Definitions } from "../expression/definition.ts";
import { DisjointSets } from "../expression/disjoint-sets.ts";
import { FluxionError } from "../expression/error.ts";
import { type Expr, excerpt, type Index, type Variable } from "../expression/expression.ts";
import { topologicalOrder } from "../expression/fold.ts";
import { indexNames, stemOf } from "../expression/indices.ts";

/** Extents and shapes that fit lists of definitions which read the same arrays; each list has indices of its own. */
export interface Fit {
  /** For each list, the extent of each of its indices. */
  readonly extents: readonly ReadonlyMap<string, number>[];
  /** The shapes of the arrays that no list defines. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /** Of the arrays that stand within indices: their elements are natural, and below this. */
  readonly bounds: ReadonlyMap<string, number>;
}

/**
 * Random extents, and shapes that follow from them. `same` pairs the axes of results that are to be compared, and `given` are
 * extents that are not to be chosen. Throws `unsupported` where no array fits, as with `x[i]` beside `x[i+1]`, or `x[i-1]`.
 */
export function fit(
  lists: readonly Definitions[],
  same: readonly (readonly [left: string, right: string])[],
  given: ReadonlyMap<string, number>,
  random: () => number,
): Fit {
  const known = collect(lists);
  for (const [left, right] of same) known.groups.unite(indexKey(0, left), indexKey(1, right));
  const sizes = new Map<string, number>();
  const sizeAt = (key: string): number => {
    const root = known.groups.find(key);
    const size = sizes.get(root) ?? likely[Math.floor(random() * likely.length)] ?? 2;
    sizes.set(root, size);
    return size;
  };
  for (const [name, extent] of given)
    for (const list of lists.keys()) sizes.set(known.groups.find(indexKey(list, name)), extent);
  let bounds = boundsOf(known, sizeAt);
  for (let round = 0, isSettled = false; !isSettled; round++) {
    isSettled = true;
    for (const { list, index, axis, reading } of known.windows) {
      const [least, greatest] = rangeOf(
        index,
        name => sizeAt(indexKey(list, name)),
        name => bounds.get(name) ?? 1,
      );
      if (least < 0 || round > 20) throw unfit(reading);
      const root = known.groups.find(axis);
      // An axis that no index fills is as long as what is read of it.
      const size = known.filled.has(root) ? sizeAt(axis) : (sizes.get(root) ?? 0);
      if (greatest < size) continue;
      sizes.set(root, greatest + 1);
      isSettled = false;
    }
    bounds = boundsOf(known, sizeAt);
  }
  const extents = lists.map(
    (definitions, list) =>
      new Map([...namesIn(definitions)].map(name => [name, sizeAt(indexKey(list, name))] as const)),
  );
  const shapes = new Map(
    [...known.axes].map(([name, count]) => [name, Array.from({ length: count }, (_, i) => sizeAt(axisKey(name, i)))]),
  );
  return { extents, shapes, bounds };
}

const likely = [2, 3, 2, 3, 4, 1] as const;

/** What the readings of lists tell of extents. */
interface Known {
  readonly groups: DisjointSets;
  /** The groups that an index ranges over. */
  readonly filled: ReadonlySet<string>;
  /** How many axes each given array has. */
  readonly axes: ReadonlyMap<string, number>;
  readonly windows: readonly Window[];
  /** For each array of integers, what it must stay below. */
  readonly limits: readonly (readonly [name: string, key: string])[];
  readonly integers: ReadonlySet<string>;
}

/** An axis that is read at a constant, a gather or a sum. */
interface Window {
  readonly list: number;
  readonly index: Index;
  readonly axis: string;
  readonly reading: Variable;
}

function collect(lists: readonly Definitions[]): Known {
  const groups = new DisjointSets();
  const keys = new Set<string>();
  const [axes, windows, limits, integers] = [
    new Map<string, number>(),
    [] as Window[],
    [] as [string, string][],
    new Set<string>(),
  ];
  for (const [list, definitions] of lists.entries()) {
    const defined = new Map(definitions.map(one => [one.name, one.axes]));
    for (const name of namesIn(definitions)) {
      keys.add(indexKey(list, name));
      if (name.endsWith("'")) groups.unite(indexKey(list, stemOf(name)), indexKey(list, name));
    }
    for (const node of topologicalOrder(...definitions.map(one => one.expression))) {
      if (node.kind === "delta") {
        const [left, right] = node.indices;
        if (left.name !== undefined && right.name !== undefined)
          groups.unite(indexKey(list, left.name), indexKey(list, right.name));
        for (const [one, other] of [
          [left, right],
          [right, left],
        ] as const) {
          const gather = gatherOf(one);
          if (gather !== undefined && other.name !== undefined) limits.push([gather.name, indexKey(list, other.name)]);
        }
      }
      for (const gather of gathersIn(node)) integers.add(gather.name);
      if (node.kind !== "variable" || node.indices.length === 0) continue;
      const own = defined.get(node.name);
      if (own === undefined) axes.set(node.name, node.indices.length);
      for (const [position, index] of node.indices.entries()) {
        const axis = own === undefined ? axisKey(node.name, position) : indexKey(list, own[position] ?? "");
        if (index.name !== undefined) groups.unite(axis, indexKey(list, index.name));
        else windows.push({ list, index, axis, reading: node });
        const gather = gatherOf(index);
        if (gather !== undefined) limits.push([gather.name, axis]);
      }
    }
  }
  // An index that no array of its own list tells is that of the same name in the other.
  const told = new Set(
    [...axes].flatMap(([name, count]) => Array.from({ length: count }, (_, i) => groups.find(axisKey(name, i)))),
  );
  for (const name of lists.flatMap(list => [...namesIn(list)])) {
    const pair = [indexKey(0, name), indexKey(1, name)] as const;
    if (pair.every(key => keys.has(key)) && pair.some(key => !told.has(groups.find(key)))) groups.unite(...pair);
  }
  return { groups, filled: new Set([...keys].map(key => groups.find(key))), axes, windows, limits, integers };
}

// An array of integers indexes axes that indices fill; where none of them is filled, the axis is as long as it takes.
function boundsOf({ groups, filled, limits, integers }: Known, sizeAt: (key: string) => number): Map<string, number> {
  const bounds = new Map([...integers].map(name => [name, 3]));
  for (const [name, key] of limits) {
    const before = bounds.get(name) ?? 3;
    if (filled.has(groups.find(key))) bounds.set(name, Math.min(before, sizeAt(key)));
  }
  return bounds;
}

function rangeOf(
  { offset, terms }: Index,
  extentOf: (name: string) => number,
  boundOf: (name: string) => number,
): readonly [least: number, greatest: number] {
  let [least, greatest] = [offset, offset];
  for (const { coefficient, of } of terms) {
    const most = (typeof of === "string" ? extentOf(of) : boundOf(of.name)) - 1;
    if (coefficient < 0) least += coefficient * most;
    else greatest += coefficient * most;
  }
  return [least, greatest];
}

const gatherOf = ({ offset, terms: [term, second] }: Index): Variable | undefined =>
  offset === 0 && second === undefined && term?.coefficient === 1 && typeof term.of !== "string" ? term.of : undefined;

const gathersIn = (node: Expr): readonly Variable[] =>
  node.kind === "variable" || node.kind === "delta"
    ? node.indices.flatMap(({ terms }) => terms.flatMap(({ of }) => (typeof of === "string" ? [] : [of])))
    : [];

const namesIn = (definitions: Definitions): ReadonlySet<string> =>
  new Set([...indexNames(...definitions.map(one => one.expression)), ...definitions.flatMap(({ axes }) => axes)]);

const indexKey = (list: number, name: string): string => `${list} ${name}`;
const axisKey = (name: string, position: number): string => `axis ${position} ${name}`;

const unfit = (reading: Variable): FluxionError =>
  new FluxionError(
    "unsupported",
    `no random array fits ${excerpt(reading)}: what is read has to be inside for all indices`,
  );
