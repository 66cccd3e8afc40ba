import { rowsAtOnce } from "./square.ts";

/** Rows and columns of a target that one thread computes. */
export interface Piece {
  readonly fromRow: number;
  readonly toRow: number;
  readonly fromColumn: number;
  readonly toColumn: number;
}

/** How a number of products of one size are shared out. */
export interface Shares {
  /** How many there are. */
  readonly count: number;
  /** The parts of each target that are computed apart. */
  readonly pieces: readonly Piece[];
  /** How many pieces of targets make a share. */
  readonly together: number;
}

/** A number of products, each a sum over so many terms for each element of its target. */
export interface Work {
  readonly products: number;
  readonly rows: number;
  readonly columns: number;
  readonly terms: number;
}

/**
 * Shares for so many threads: whole products where there are enough, else rows or columns of each. Either way an element is
 * one sum, so that the shares may differ from machine to machine and the result does not.
 */
export function sharesOf({ products, rows, columns, terms }: Work, threads: number): Shares {
  const work = products * rows * columns * terms;
  const count = threads === 1 ? 1 : Math.max(1, Math.min(sharesEach * threads, Math.floor(work / leastShare)));
  const pieces = piecesOf(rows, columns, Math.ceil(count / products));
  return { count, pieces, together: Math.ceil((products * pieces.length) / count) };
}

function piecesOf(rows: number, columns: number, wanted: number): readonly Piece[] {
  const whole: Piece = { fromRow: 0, toRow: rows, fromColumn: 0, toColumn: columns };
  const length = Math.max(rows, columns);
  const unit = rows >= columns ? rowsTogether : columnsTogether;
  const pieces = Math.max(1, Math.min(wanted, Math.ceil(length / unit)));
  const border = (i: number): number => Math.min(length, unit * Math.round((i * length) / (pieces * unit)));
  return Array.from({ length: pieces }, (_, i) =>
    rows >= columns
      ? { ...whole, fromRow: border(i), toRow: i + 1 === pieces ? length : border(i + 1) }
      : { ...whole, fromColumn: border(i), toColumn: i + 1 === pieces ? length : border(i + 1) },
  );
}

// Several squares of rows, and of columns, stay together.
const rowsTogether = 4 * rowsAtOnce;
const columnsTogether = 16;
// Multiply-adds of some 20 microseconds.
const leastShare = 65_536;
// A thread that is late takes fewer of them.
const sharesEach = 2;
