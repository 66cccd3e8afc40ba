import type { Expr, Index, ReductionKind, Variable } from "../expression/expression.ts";

/**
 * What a computation does, step by step, whatever the shapes: plain data. Each step is one loop nest that fills one or more
 * arrays; it reads inputs and what earlier steps filled. A scalar is an array without axes.
 */
export interface Tape {
  /** Every array that is read or filled, the inputs first. Names are distinct. */
  readonly arrays: readonly TapeArray[];
  readonly steps: readonly Step[];
  /** The names of the results that were asked for. */
  readonly outputs: readonly string[];
  /**
   * Inputs that a run changes: after the last step the array `from` becomes the value of the input `to`. Where `from` is the
   * input itself, the last steps have changed it in place.
   */
  readonly updates: readonly { readonly to: string; readonly from: string }[];
  /** How many values an index takes, where that was given. */
  readonly extents: ReadonlyMap<string, number>;
  /** The expressions that were asked for: what tells the extents of indices, given the shapes of the inputs. */
  readonly roots: readonly Expr[];
}

/** An array of numbers, or of integers if it is read within indices. */
export interface TapeArray {
  readonly name: string;
  readonly role: "input" | "output" | "temporary";
  /** The index that runs over each axis; absent for an axis of an input that no index alone runs over. */
  readonly axes: readonly (string | undefined)[];
  readonly isInteger: boolean;
}

/** One loop nest, or one matrix product. */
export type Step = LoopStep | ProductStep;

/** What a reader is told of a step: the formulas that it computes, `h[n,k] = tanh(…)`. */
export interface Assignment {
  readonly array: string;
  /** The index of each axis of the array, in the order of its layout. */
  readonly axes: readonly string[];
  /** In inputs and arrays of the tape; it may hold reductions. */
  readonly expression: Expr;
}

export interface LoopStep {
  readonly kind: "elementwise" | "reduction" | "scatter" | "scalar";
  readonly assignments: readonly Assignment[];
  readonly nest: Nest;
}

/**
 * `target[batch, rows, columns] = sum(inner, left * right)`. Each of `rows` and `inner` is an index of `left`, each of
 * `columns` and `inner` one of `right`, each of `batch` one of both; `target` is read under all but the inner ones, in any
 * order. All indices of the three are plain names. What follows, element by element, is `after`.
 */
export interface ProductStep {
  readonly kind: "matrix product";
  readonly assignments: readonly Assignment[];
  readonly target: Variable;
  readonly left: Variable;
  readonly right: Variable;
  readonly batch: readonly string[];
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly inner: readonly string[];
  /** A scalar that the product is multiplied by, if any: it reads no array under an index. */
  readonly scale: Expr | undefined;
  /** Whether the product is added to what the target holds: an input that nothing reads later. It is set unless said. */
  readonly isAdded?: boolean;
  /** Loops over elements of the target that use what was just computed; empty if there are none. */
  readonly after: Nest;
}

/** Statements in order. */
export type Nest = readonly Statement[];

/**
 * A statement of a loop nest. Its expressions hold no reduction. A variable without indices is a local of this or an
 * enclosing nest, else a scalar of the tape; one with indices is an array of the tape, read at those positions. What
 * does not depend on a loop's index or on what the loop changes is computed outside of it, and what several expressions
 * share is computed once: that is left to what turns a tape into code.
 */
export type Statement =
  /** Runs the body for each value of the index, from 0 on. */
  | { readonly kind: "loop"; readonly index: string; readonly body: Nest }
  /** Begins an accumulator, a local: 0 for a sum, an infinity for a maximum or minimum. */
  | { readonly kind: "start"; readonly local: string; readonly operation: Accumulation }
  /** Takes a value into an accumulator. */
  | { readonly kind: "accumulate"; readonly local: string; readonly operation: Accumulation; readonly value: Expr }
  /** Names a value. */
  | { readonly kind: "let"; readonly local: string; readonly value: Expr }
  /** Sets every element of an array to what an accumulation begins with. */
  | { readonly kind: "clear"; readonly array: string; readonly operation: Accumulation }
  /** Writes an element of an array, or takes a value into it: of an input only in steps after which nothing reads it. */
  | {
      readonly kind: "store";
      readonly array: string;
      readonly at: readonly Index[];
      readonly operation: Accumulation | "set";
      readonly value: Expr;
    };

/** How values become one; a `logsumexp` is made of a maximum and a sum. */
export type Accumulation = Exclude<ReductionKind, "logsumexp">;
