/** What went wrong, as a stable word to test for. */
export type ErrorCode =
  | "ambiguous-function" // two functions of one name in one expression
  | "arity" // a function was given the wrong number of arguments
  | "bad-data" // a file, bytes or a table that do not hold what they should
  | "bad-index" // an index is none: not a name, an integer or a reading of an integer array
  | "bad-option" // an option holds what it may not
  | "bad-value" // a value is not a number, or an array has not the shape that its indices ask for
  | "extent" // an index has two extents, or none
  | "foreign-expression" // an expression made by another copy of the package
  | "not-an-expression" // neither an expression nor a number
  | "not-finite" // a constant that is NaN or infinite
  | "not-fitted" // a model that was not fitted to data yet
  | "not-found" // a file that is not there
  | "not-scalar" // free indices where there may be none
  | "out-of-range" // a position outside of the array that is read
  | "syntax" // a text that does not parse
  | "too-long" // a text above the limit, given or to be printed
  | "unbound-variable" // a variable without a value
  | "unknown-function" // a name that is no row of the table
  | "unknown-kind" // a node of no known shape
  | "unsupported"; // a thing that this operation does not do

/** A half-open range of positions in a text, in UTF-16 code units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The one error that Fluxion throws on purpose: `code` says what, `message` says where and what to do. */
export class FluxionError extends Error {
  readonly code: ErrorCode;
  /** Where in the text that was being read; absent if no text was. */
  readonly span: Span | undefined;

  constructor(code: ErrorCode, message: string, span?: Span) {
    super(message);
    this.name = "FluxionError";
    this.code = code;
    this.span = span;
  }
}
