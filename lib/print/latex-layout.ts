import { precedence } from "../expression/functions.ts";
import { type Rope, rope } from "./rope.ts";

/** A piece of LaTeX, and what has to be known of it to set it into another. */
export interface Layout {
  readonly text: Rope;
  /** How tightly its outermost operation binds: `binding`. */
  readonly precedence: number;
  readonly begins: "number" | "numeric fraction" | "sign" | "word" | "symbol";
  /** True where upright letters end it: what follows would run together with them, or look like their argument. */
  readonly endsInWord: boolean;
  /** True of what is higher than a line. */
  readonly isTall: boolean;
  /** True of a comparison, or logic, whose value is 1 or 0. */
  readonly isTruth: boolean;
  /** True where the body of a sum ends it, which would take in what follows. */
  readonly isOpen: boolean;
  /** Of a function such as `\sin(x)`: its power, with the exponent on the name. */
  readonly raised?: (exponent: Layout) => Layout;
  /** Of a fraction of one line: with a slash, as exponents have it. */
  readonly slashed?: Layout;
  /** Of cases: their lines. */
  readonly lines?: Rope;
}

type Low = "conditional" | "comparison" | "sign" | "multiplicative";
type High = "reduction" | "fraction" | "application" | "power" | "postfix" | "atom";

/** How tightly things bind in LaTeX: as the operators of the table do, and a few more. */
export const binding: Readonly<Record<Low | High, number>> = {
  conditional: precedence.conditional,
  comparison: precedence.comparison,
  /** A minus before a product takes in the whole of it. */
  sign: (precedence.additive + precedence.multiplicative) / 2,
  multiplicative: precedence.multiplicative,
  /** A sum takes in a product, and stands in one as its last factor. */
  reduction: (precedence.multiplicative + precedence.unary) / 2,
  fraction: precedence.unary,
  application: precedence.unary,
  power: precedence.power,
  postfix: precedence.postfix,
  atom: Number.POSITIVE_INFINITY,
};

/** A piece that needs no brackets wherever it stands, unless `properties` say otherwise. */
export const laidOut = (parts: readonly (string | Rope)[], properties: Partial<Omit<Layout, "text">> = {}): Layout => ({
  text: rope(parts),
  precedence: binding.atom,
  begins: "symbol",
  endsInWord: false,
  isTall: false,
  isTruth: false,
  isOpen: false,
  ...properties,
});

/** In round brackets, as high as need be. */
export const parenthesised = ({ text, isTall }: Layout): Layout =>
  laidOut(isTall ? ["\\left(", text, "\\right)"] : ["(", text, ")"], { isTall });

/** In brackets that make a value of it: those of Iverson if it is a truth, else round ones. */
export const enclosed = (piece: Layout): Layout => (piece.isTruth ? iverson(piece) : parenthesised(piece));

/** What brackets, braces or bars enclose already: it needs none, unless it is a truth that stands for a number. */
export const within = (piece: Layout): Layout => (piece.isTruth ? iverson(piece) : piece);

/** As an operand, enclosed if it binds less tightly than `least`. */
export const operand = (piece: Layout, least: number): Layout => (piece.precedence < least ? enclosed(piece) : piece);

/** As an operand that another sign stands before. */
export const unsigned = (piece: Layout): Layout => (piece.begins === "sign" ? parenthesised(piece) : piece);

/** The least precedence above another. */
export const above = (level: number): number => level + 0.1;

// Knuth, "Two notes on notation": [P] is 1 where P is true, else 0.
const iverson = ({ text, isTall }: Layout): Layout =>
  laidOut(isTall ? ["\\left[", text, "\\right]"] : ["[", text, "]"], { isTall });
