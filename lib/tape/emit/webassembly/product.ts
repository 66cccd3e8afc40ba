import type { Axis, Memory, Product } from "../machine.ts";
import { compileModule, type Exported, functionsOf } from "./engine.ts";
import { productModule } from "./kernel.ts";
import { isShared, linearOf } from "./linear.ts";
import { type Piece, type Shares, sharesOf } from "./pieces.ts";
import { columnsAtOnce, rowsAtOnce } from "./square.ts";
import type { Task } from "./threads/crew.ts";
import type { Floating } from "./values.ts";
import { type FloatVectors, f32x4, f64x2, fused } from "./vectors.ts";

/**
 * A matrix product in WebAssembly, bound to a memory that `linearStores` has made. What several indices run over becomes one
 * axis where the elements lie evenly apart, else several products. Threads share out the rows or the columns of the target,
 * or the products.
 */
export function webassemblyProduct(product: Product, memory: Memory): (scale: number) => void {
  const { multiply, task, threads } = multiplierOf(memory);
  const { numbers, work, extents } = memory;
  const bytes = numbers.BYTES_PER_ELEMENT;
  const longest = Math.min(
    depth,
    count(product.inner, axis => axis.extent),
  );
  const { blockRows, width } = divided(work.byteLength, longest * bytes, bytes);
  const panels = work.byteOffset + blockRows * longest * bytes;
  const addressOf = (position: number): number => numbers.byteOffset + bytes * position;

  const arrangedNow = remembering(product, extents, threads);

  return scale => {
    const arrangement = arrangedNow();
    const { batch, row, column, k, isEmpty, isSwapped } = arrangement;
    const [left, right] = isSwapped ? (["right", "left"] as const) : (["left", "right"] as const);
    const inSteps = isEmpty ? 0 : k.first.count;
    // Blocks of about the same length.
    const steps = inSteps === 0 ? 1 : Math.ceil(inSteps / Math.ceil(inSteps / longest));
    const places = [...batch, ...row.rest, ...column.rest];
    const { count: shares, pieces, together } = arrangement.shares;
    const call = shares > 1 ? task.call : multiply;
    const run = ({ fromRow, toRow, fromColumn, toColumn }: Piece, at: Place, isFirst: boolean): void => {
      for (let j = fromColumn; j < toColumn; j += width) {
        // Over nothing the product is 0, and written once.
        for (let i = 0; i === 0 || i < inSteps; i += steps) {
          call(
            addressOf(at[left] + i * k.first[left] + fromRow * row.first[left]),
            addressOf(at[right] + i * k.first[right] + j * column.first[right]),
            addressOf(at.target + j * column.first.target + fromRow * row.first.target),
            toRow - fromRow,
            Math.min(width, toColumn - j),
            Math.min(steps, inSteps - i),
            row.first[left] * bytes,
            k.first[left] * bytes,
            k.first[right] * bytes,
            column.first[right] * bytes,
            row.first.target * bytes,
            column.first.target * bytes,
            isFirst && i === 0 && product.isAdded !== true ? 1 : 0,
            work.byteOffset,
            blockRows,
            panels,
            scale,
          );
        }
      }
    };
    if (row.first.count === 0 || column.first.count === 0) return;
    let begun = 0;
    for (const piece of pieces) {
      forEachPlace(places, product, begin => {
        let isFirst = true;
        if (isEmpty) return run(piece, begin, true);
        forEachPlace(k.rest, begin, at => {
          run(piece, at, isFirst);
          isFirst = false;
        });
        begun += 1;
        if (shares > 1 && begun % together === 0) task.endSlice();
      });
    }
    if (shares > 1) task.finish();
  };
}

/**
 * How much of the inner index, how many columns, and how many bytes of the left factor are in order at a time: what stays in
 * the nearer caches.
 */
const depth = 256;
const widest = 256;
const nearest = 20_480;

/** How many rows of the left factor and columns of the right one are in order at a time, where there is so much room. */
function divided(
  room: number,
  rowBytes: number,
  bytes: number,
): { readonly blockRows: number; readonly width: number } {
  const lanes = columnsAtOnce(bytes);
  if (rowBytes === 0) return { blockRows: rowsAtOnce, width: widest };
  const most = Math.min(nearest, room / 2) / (rowsAtOnce * rowBytes);
  const blockRows = rowsAtOnce * Math.max(1, Math.min(mostSquares, Math.floor(most)));
  const fitting = Math.floor((room / rowBytes - blockRows) / lanes);
  return { blockRows, width: Math.min(widest, Math.max(1, fitting) * lanes) };
}

// Above, a block gains nothing by more rows.
const mostSquares = 4;

interface Multiplier {
  readonly multiply: Exported;
  readonly task: Task;
  readonly threads: number;
}

const multipliers = new WeakMap<ArrayBufferLike, Multiplier>();

/** The products of a program share their code. */
function multiplierOf(memory: Memory): Multiplier {
  const { buffer } = memory.numbers;
  const known = multipliers.get(buffer);
  if (known !== undefined) return known;
  const linear = linearOf(memory);
  const { crew } = linear;
  const module = moduleOf(memory, isShared(linear));
  const name = "multiply";
  const multiply = functionsOf(module, { memory: linear.memory }).get(name) as Exported;
  const task = crew.taskOf({ module, imports: {}, name, run: multiply, width: 17, places: [13, 15] });
  const multiplier = { multiply, task, threads: crew.threads };
  multipliers.set(buffer, multiplier);
  return multiplier;
}

const modules = new Map<string, object>();

/** Programs that compute alike share the compiled module: it is optimised once. */
function moduleOf({ numbers: { BYTES_PER_ELEMENT }, fused: isFused = false }: Memory, isShared: boolean): object {
  const key = `${BYTES_PER_ELEMENT} ${isFused} ${isShared}`;
  const known = modules.get(key);
  if (known !== undefined) return known;
  const codeOf = <F extends Floating>(v: FloatVectors<F>): Uint8Array =>
    productModule(isFused ? fused(v) : v, isShared);
  const module = compileModule(BYTES_PER_ELEMENT === 8 ? codeOf(f64x2) : codeOf(f32x4));
  modules.set(key, module);
  return module;
}

/** Where the three arrays are read and written, in numbers. */
interface Place {
  readonly left: number;
  readonly right: number;
  readonly target: number;
}

/** An axis as it is in the present run. */
interface Run extends Place {
  readonly count: number;
}

/** The axes as they are in a run. */
interface Arranged {
  readonly batch: readonly Run[];
  readonly row: Primary;
  readonly column: Primary;
  readonly k: Primary;
  /** Whether the inner indices run over nothing. */
  readonly isEmpty: boolean;
  /** Whether left and right, rows and columns, have changed places. */
  readonly isSwapped: boolean;
  /** Who computes what. */
  readonly shares: Shares;
}

/** The axis that the product's code runs over, and the others. */
interface Primary {
  readonly first: Run;
  readonly rest: readonly Run[];
}

/** The axes, arranged anew where indices take another number of values than before. */
function remembering(product: Product, extents: Int32Array, threads: number): () => Arranged {
  let before: Int32Array | undefined;
  let current = arranged(product, extents, threads);
  return () => {
    if (before?.every((extent, slot) => extent === extents[slot]) !== true) {
      before = extents.slice();
      current = arranged(product, extents, threads);
    }
    return current;
  };
}

/** Rows and columns change places where the elements of the target's columns lie next to each other. */
function arranged({ batch, rows, columns, inner }: Product, extents: Int32Array, threads: number): Arranged {
  const [m, n, k] = [rows, columns, inner].map(axes => primary(merged(axes, extents))) as [Primary, Primary, Primary];
  const isSwapped = n.first.target !== 1 && m.first.target === 1;
  const [row, column] = isSwapped ? [n, m] : [m, n];
  const isEmpty = inner.some(({ slot }) => extents[slot] === 0);
  const own = merged(batch, extents);
  const countOf = (runs: readonly Run[]): number => count(runs, run => run.count);
  const shares = sharesOf(
    {
      products: countOf([...own, ...row.rest, ...column.rest]),
      rows: row.first.count,
      columns: column.first.count,
      terms: isEmpty ? 0 : countOf([k.first, ...k.rest]),
    },
    threads,
  );
  return { batch: own, row, column, k, isEmpty, isSwapped, shares };
}

/** The axes that run over several values, two that follow each other evenly as one. */
function merged(axes: readonly Axis[], extents: Int32Array): readonly Run[] {
  const runs: Run[] = [];
  for (const { slot, left, right, target } of axes) {
    const run: Run = { count: extents[slot] as number, left, right, target };
    const last = runs.at(-1);
    const isEven =
      last !== undefined &&
      last.left === run.left * run.count &&
      last.right === run.right * run.count &&
      last.target === run.target * run.count;
    if (isEven) runs.splice(-1, 1, { ...run, count: last.count * run.count });
    else if (run.count !== 1) runs.push(run);
  }
  return runs;
}

// One whose elements in the target are neighbours, else the longest.
function primary(runs: readonly Run[]): Primary {
  const weight = ({ count: length, target }: Run): number => (target === 1 && length > 1 ? 2 ** 32 : 0) + length;
  const first = runs.reduce((best, run) => (weight(run) > weight(best) ? run : best), runs[0] ?? single);
  // A run over nothing is the whole.
  const none = runs.find(run => run.count === 0);
  return { first: none ?? first, rest: none === undefined ? runs.filter(run => run !== first) : [] };
}

const single: Run = { count: 1, left: 0, right: 0, target: 0 };

/** Runs through the elements of some axes, the last one fastest. */
function forEachPlace(runs: readonly Run[], { left, right, target }: Place, visit: (at: Place) => void): void {
  const total = count(runs, run => run.count);
  for (let i = 0; i < total; i++) {
    let rest = i;
    let [l, r, t] = [left, right, target];
    for (let axis = runs.length - 1; axis >= 0; axis--) {
      const run = runs[axis] as Run;
      const at = rest % run.count;
      rest = (rest - at) / run.count;
      l += at * run.left;
      r += at * run.right;
      t += at * run.target;
    }
    visit({ left: l, right: r, target: t });
  }
}

function count<T>(list: readonly T[], of: (each: T) => number): number {
  return list.reduce((product, each) => product * of(each), 1);
}
