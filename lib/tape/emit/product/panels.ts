import type { Axis, Memory, Product } from "../machine.ts";

/** Rows and columns of the square that is kept in locals while the inner index runs. */
export const side = 4;

/** How much of the factors is in order at a time: what stays in the nearer caches. */
const depth = 256;
const width = 256;
const height = 64;

/** How much room the panels of a product of such a size take, where rows are taken four at a time or five. */
export function panelsLength(rows: number, columns: number, inner: number): number {
  const k = Math.min(inner, depth);
  return k * (rounded(Math.min(rows, height)) + side + rounded(Math.min(columns, width)));
}

const rounded = (count: number): number => Math.ceil(count / side) * side;

/** What the time of a product is spent in. */
export interface Kernel {
  /** Puts strips of the left factor in order at `to`: `side` rows each, the inner index outermost, 0 where rows end. */
  readonly packLeft: Pack;
  /** The same with columns of the right factor. */
  readonly packRight: Pack;
  /**
   * Adds up a square: `sums[r, c] = sum(k, panel[left + side * k + r] * panel[right + side * k + c])` for so many `k`, and
   * puts `scale` times that into the target, of which only `rows` rows and `columns` columns are there. The first time it
   * sets, else it adds.
   */
  readonly square: (
    left: number,
    right: number,
    inner: number,
    row: number,
    column: number,
    rows: number,
    columns: number,
    isFirst: boolean,
    scale: number,
  ) => void;
}

export type Pack = (to: number, from: number, start: number, count: number, inner: number, steps: number) => void;

/** Where elements lie in their arrays: that of a row and that of a column, or of the inner index, are added. */
export interface Places {
  readonly leftRows: Int32Array;
  readonly leftInner: Int32Array;
  readonly rightColumns: Int32Array;
  readonly rightInner: Int32Array;
  readonly targetRows: Int32Array;
  readonly targetColumns: Int32Array;
}

/**
 * A matrix product by panels: both factors are brought, part by part, into an order in which the innermost loop reads one
 * number after another, whatever the transposition.
 */
export function productByPanels(
  product: Product,
  { extents }: Memory,
  kernelOf: (places: Places) => Kernel,
): (scale: number) => void {
  const { batch, rows, columns, inner, left, right, target, isAdded = false } = product;
  const m = tableOf(rows);
  const n = tableOf(columns);
  const k = tableOf(inner);
  const b = tableOf(batch);
  const rightPanel = Math.min(k.size, depth) * rounded(Math.min(m.size, height));
  // The target's rows begin where the batch is.
  const begins = new Int32Array(m.size);
  const { packLeft, packRight, square } = kernelOf({
    leftRows: m.left,
    leftInner: k.left,
    rightColumns: n.right,
    rightInner: k.right,
    targetRows: begins,
    targetColumns: n.target,
  });

  function multiply(leftAt: number, rightAt: number, scale: number): void {
    for (let j0 = 0; j0 < n.count; j0 += width) {
      const columnCount = Math.min(width, n.count - j0);
      // Over no inner index the product is 0, and written once.
      for (let k0 = 0; k0 === 0 || k0 < k.count; k0 += depth) {
        const steps = Math.min(depth, k.count - k0);
        const isFirst = k0 === 0 && !isAdded;
        packRight(rightPanel, rightAt, j0, columnCount, k0, steps);
        for (let i0 = 0; i0 < m.count; i0 += height) {
          const rowCount = Math.min(height, m.count - i0);
          packLeft(0, leftAt, i0, rowCount, k0, steps);
          for (let j = 0; j < columnCount; j += side) {
            const c = Math.min(side, columnCount - j);
            for (let i = 0; i < rowCount; i += side) {
              const r = Math.min(side, rowCount - i);
              square(i * steps, rightPanel + j * steps, steps, i0 + i, j0 + j, r, c, isFirst, scale);
            }
          }
        }
      }
    }
  }

  return scale => {
    for (const table of [m, n, k, b]) table.update(extents);
    for (let p = 0; p < b.count; p++) {
      const targetAt = target + (b.target[p] as number);
      for (let i = 0; i < m.count; i++) begins[i] = targetAt + (m.target[i] as number);
      multiply(left + (b.left[p] as number), right + (b.right[p] as number), scale);
    }
  };
}

/** Where the elements of several axes, run through as one, lie in each array. */
interface Table {
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly target: Int32Array;
  /** The largest count. */
  readonly size: number;
  count: number;
  /** Brings the table up to date with how many values the indices take. */
  readonly update: (extents: Int32Array) => void;
}

function tableOf(axes: readonly Axis[]): Table {
  const size = axes.reduce((product, axis) => product * axis.extent, 1);
  const current = new Int32Array(axes.length).fill(-1);
  const table: Table = {
    left: new Int32Array(size),
    right: new Int32Array(size),
    target: new Int32Array(size),
    size,
    count: 0,
    update(extents) {
      let isSame = axes.length > 0 || table.count === 1;
      for (let i = 0; i < axes.length; i++) {
        const extent = extents[(axes[i] as Axis).slot] as number;
        if (extent !== current[i]) isSame = false;
        current[i] = extent;
      }
      if (!isSame) fill(table, axes, current);
    },
  };
  return table;
}

function fill(table: Table, axes: readonly Axis[], extents: Int32Array): void {
  table.count = 1;
  table.left[0] = 0;
  table.right[0] = 0;
  table.target[0] = 0;
  // The last axis runs fastest: from the back, each element makes room for those along the next axis.
  for (let i = 0; i < axes.length; i++) {
    const axis = axes[i] as Axis;
    const extent = extents[i] as number;
    for (let p = table.count - 1; p >= 0; p--) {
      const [left, right, target] = [table.left[p] as number, table.right[p] as number, table.target[p] as number];
      for (let q = extent - 1; q >= 0; q--) {
        table.left[p * extent + q] = left + q * axis.left;
        table.right[p * extent + q] = right + q * axis.right;
        table.target[p * extent + q] = target + q * axis.target;
      }
    }
    table.count *= extent;
  }
}
