import { FluxionError } from "../../expression/error.ts";
import type { Expr } from "../../expression/expression.ts";
import { conditional } from "../../expression/functions.ts";
import type { Code } from "./dialect.ts";

/** Statements; a list within is a level deeper. */
export type Lines = readonly (string | Lines)[];

/** The statements of the body of a loop, or of a branch. */
export interface Block {
  readonly id: number;
  readonly depth: number;
  readonly parent: Block | undefined;
  /** The index that it runs over; undefined of a branch. */
  readonly loop: { readonly index: string; readonly variable: string } | undefined;
  readonly lines: (string | Lines)[];
}

/** A node where it is computed: under other loops over its free indices it is another instance. */
export interface Instance {
  readonly node: Expr;
  /** The loops over its free indices. */
  readonly loops: ReadonlyMap<string, Block>;
  /** Where it is computed: as far outside as its loops and its users allow. */
  block: Block;
  uses: number;
  /** How many of the uses are positions. */
  gathers: number;
  isNamed: boolean;
  args: readonly Instance[];
  /** The body of a reduction; the branches of a conditional that are more than a line. */
  branches: readonly Block[];
  code: Code;
  /** Of a reading, its text as a position. */
  raw: string;
}

/** The blocks of a nest of loops, and what is computed in them. */
export interface Blocks {
  readonly outer: Block;
  readonly inner: Block;
  readonly instances: ReadonlyMap<Expr, readonly Instance[]>;
}

/** Says where each node of `root`, the element of an array with these axes, is computed. */
export function blocksOf(
  root: Expr,
  order: readonly Expr[],
  axes: readonly string[],
  nameOf: (index: string, taken: ReadonlySet<string>) => string,
): Blocks {
  let [blocks, count] = [0, 0];
  const open = (parent: Block | undefined, index?: string): Block => {
    const loop = index === undefined ? undefined : { index, variable: nameOf(index, variablesAround(parent)) };
    return { id: blocks++, depth: parent === undefined ? 0 : parent.depth + 1, parent, loop, lines: [] };
  };
  const outer = open(undefined);
  const loops = new Map<string, Block>();
  let inner = outer;
  for (const axis of axes) {
    inner = open(inner, axis);
    loops.set(axis, inner);
  }
  const found = new Map<Expr, Map<string, Instance>>();
  const use = (node: Expr, block: Block, around: ReadonlyMap<string, Block>, isPosition = false): Instance => {
    const own = new Map(node.freeIndices.map(index => [index, around.get(index) ?? block]));
    const key = [...own.values()].map(({ id }) => id).join();
    const known = found.get(node) ?? new Map<string, Instance>();
    found.set(node, known);
    const instance = known.get(key) ?? newInstance(node, own, block);
    if (!known.has(key) && ++count > most) {
      throw new FluxionError(
        "too-long",
        "sums within sums share so much that the loops would be too many; give what they share a name, as a definition",
      );
    }
    known.set(key, instance);
    instance.block = common(instance.block, block);
    instance.uses++;
    if (isPosition) instance.gathers++;
    return instance;
  };
  use(root, inner, loops);
  const isLarge = largeBranches(order);
  for (const node of order.toReversed()) {
    for (const instance of found.get(node)?.values() ?? []) {
      const used = instance.block;
      if (node.args.some(({ kind }) => kind !== "constant")) instance.block = hoisted(instance);
      const { block } = instance;
      instance.isNamed = isNamed(instance, used);
      if (node.kind === "reduction") {
        const body = open(block, node.index);
        instance.branches = [body];
        instance.args = [use(node.body, body, new Map([...instance.loops, [node.index, body]]))];
      } else {
        if (isLarge(node)) instance.branches = [open(block), open(block)];
        const { branches, loops } = instance;
        const isPosition = node.kind !== "call";
        const args = isKnownDelta(node) ? [] : node.args;
        instance.args = args.map((argument, i) => use(argument, branches[i - 1] ?? block, loops, isPosition));
      }
    }
  }
  return { outer, inner, instances: new Map([...found].map(([node, known]) => [node, [...known.values()]])) };
}

/** True of a delta whose value needs no reading: both indices are the same, or both are integers. */
export const isKnownDelta = (node: Expr): boolean =>
  node.kind === "delta" &&
  (node.indices[0] === node.indices[1] || node.indices.every(({ terms }) => terms.length === 0));

const most = 100_000;

const newInstance = (node: Expr, loops: ReadonlyMap<string, Block>, block: Block): Instance => ({
  node,
  loops,
  block,
  uses: 0,
  gathers: 0,
  isNamed: false,
  args: [],
  branches: [],
  code: { text: "", precedence: 0, isTruth: false, isConstant: false },
  raw: "",
});

// What has several users, or users deeper within loops. Of readings, those within positions that hold readings themselves.
const isNamed = ({ node, uses, gathers, block }: Instance, used: Block): boolean =>
  node.kind === "call"
    ? node.args.length > 0 && (uses > 1 || block !== used)
    : node.kind === "variable" && node.args.length > 0 && gathers > 1;

// Out of the loops that it does not depend on, but out of no branch.
function hoisted({ block, loops }: Instance): Block {
  const needed = new Set(loops.values());
  let place = block;
  while (place.loop !== undefined && place.parent !== undefined && !needed.has(place)) place = place.parent;
  return place;
}

function common(a: Block, b: Block): Block {
  let [x, y] = [a, b];
  while (x !== y) {
    if (x.depth >= y.depth && x.parent !== undefined) x = x.parent;
    else if (y.parent !== undefined) y = y.parent;
  }
  return x;
}

function variablesAround(block: Block | undefined): ReadonlySet<string> {
  const names = new Set<string>();
  for (let each = block; each !== undefined; each = each.parent)
    if (each.loop !== undefined) names.add(each.loop.variable);
  return names;
}

// Conditionals of which a branch holds a loop, or a reading that is inside only where the branch is taken.
function largeBranches(order: readonly Expr[]): (node: Expr) => boolean {
  const large = new Set<Expr>();
  for (const node of order) {
    const isLarge = node.kind === "reduction" || (node.kind === "variable" && node.args.length > 0);
    if (isLarge || node.args.some(argument => large.has(argument))) large.add(node);
  }
  return node => node.kind === "call" && node.fn === conditional && node.args.slice(1).some(each => large.has(each));
}
