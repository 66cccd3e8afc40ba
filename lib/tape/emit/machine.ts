import type { Layout } from "../lower.ts";

/** How much memory a program needs: numbers and integers of arrays, and room for what a step puts aside while it runs. */
export interface Amounts {
  readonly numbers: number;
  readonly integers: number;
  /** In doubles. */
  readonly room: number;
  readonly type: "f64" | "f32";
  /** How many threads may work on it; one unless said. */
  readonly threads?: number;
  /** Whether matrix products multiply and add in one instruction; not unless said. */
  readonly fused?: boolean;
}

/** The memory of a program as a back-end makes it; it never grows. */
export interface Stores {
  readonly numbers: Float64Array | Float32Array;
  readonly integers: Int32Array;
  /** Room for what a step puts aside while it runs: doubles, so that nothing is rounded, or converted again and again. */
  readonly work: Float64Array;
  /** How many threads work on it; one unless said. */
  readonly threads?: number;
  /** Whether matrix products multiply and add in one instruction; not unless said. */
  readonly fused?: boolean;
}

/** The memory that the code of a program works on, its own. */
export interface Memory extends Stores {
  /** How many values each index takes in the present run. */
  readonly extents: Int32Array;
  /** The place of an index in `extents`. */
  readonly slotOf: (index: string) => number;
  /** The place of an array; `isInteger` says in which of the two memories. */
  readonly regionOf: (array: string) => Region;
}

export interface Region extends Layout {
  readonly length: number;
  readonly isInteger: boolean;
}

/** A matrix product, every index with its strides. */
export interface Product {
  readonly batch: readonly Axis[];
  readonly rows: readonly Axis[];
  readonly columns: readonly Axis[];
  readonly inner: readonly Axis[];
  /** Where the arrays begin. */
  readonly left: number;
  readonly right: number;
  readonly target: number;
  /** Whether the product is added to what the target holds; it is set unless said. */
  readonly isAdded?: boolean;
}

/** An index of a matrix product: how far apart its elements are in each array; 0 in an array that it does not run over. */
export interface Axis {
  /** Its place in the extents. */
  readonly slot: number;
  /** How many values it takes at most. */
  readonly extent: number;
  readonly left: number;
  readonly right: number;
  readonly target: number;
}
