import { isDigit } from "../expression/names.ts";

/** A number as it was read, or what is wrong with it. */
export type Literal =
  | { readonly end: number; readonly value: number; readonly problem?: never }
  | { readonly end: number; readonly problem: string };

/**
 * The number that begins at `start` of `text`: decimal (`2`, `.5`, `3.`, `1e-3`), or binary, octal or hexadecimal (`0b1.1`,
 * `0o17`, `0x1.8`). Undefined if none begins there. An infinite value is one too large for a double.
 */
export function readNumber(text: string, start: number): Literal | undefined {
  const first = text.charCodeAt(start);
  if (!isDigit(first) && !(first === dot && isDigit(text.charCodeAt(start + 1)))) return undefined;
  const radix = first === zero ? radixes.get(text.charAt(start + 1)) : undefined;
  return radix === undefined ? readDecimal(text, start) : readRadix(text, start, radix);
}

function readDecimal(text: string, start: number): Literal {
  let end = endOfDigits(text, start);
  if (isDecimalPoint(text, end)) end = endOfDigits(text, end + 1);
  if (text.charAt(end) === "e" || text.charAt(end) === "E") {
    const sign = text.charAt(end + 1);
    const digits = sign === "+" || sign === "-" ? end + 2 : end + 1;
    if (isDigit(text.charCodeAt(digits))) {
      end = endOfDigits(text, digits);
      if (isDecimalPoint(text, end)) return { end: end + 1, problem: "the exponent of a number is an integer" };
    } else if (digits > end + 1 || isDecimalPoint(text, digits)) {
      return { end: digits, problem: "the exponent of a number has no digits" };
    }
  }
  return { end, value: Number(text.slice(start, end)) };
}

function readRadix(text: string, start: number, radix: number): Literal {
  const whole = start + 2;
  const point = endOfWord(text, whole);
  const hasFraction = text.charAt(point) === ".";
  const end = hasFraction ? endOfWord(text, point + 1) : point;
  const digits = text.slice(whole, point) + text.slice(point + 1, end);
  const problem = problemOf(digits, point - whole, radix);
  if (problem !== undefined) return { end, problem };
  let fraction = 0;
  for (let i = digits.length - 1; i >= point - whole; i--) fraction = (fraction + digitAt(digits, i)) / radix;
  return { end, value: Number(text.slice(start, point)) + fraction };
}

function problemOf(digits: string, wholes: number, radix: number): string | undefined {
  if (wholes === 0) return `a number in base ${radix} needs a digit after its prefix`;
  for (let i = 0; i < digits.length; i++) {
    if (digitAt(digits, i) < radix) continue;
    if (digits.charAt(i) === "i") return "the size suffix of a number is not read";
    return `${digits.charAt(i)} is no digit of a number in base ${radix}`;
  }
  return undefined;
}

// Letters and digits, so that `0b0a` is one wrong number and not a product.
function endOfWord(text: string, start: number): number {
  let end = start;
  while (digitAt(text, end) < 36 || text.charAt(end) === "_" || text.charAt(end) === "$") end++;
  return end;
}

// From 0 to 35; NaN for what is neither a digit nor a Latin letter.
const digitAt = (text: string, at: number): number => Number.parseInt(text.charAt(at), 36);

function endOfDigits(text: string, start: number): number {
  let end = start;
  while (isDigit(text.charCodeAt(end))) end++;
  return end;
}

// The point of `2.*x` belongs to the operator, as it does in `x.*y`.
const isDecimalPoint = (text: string, at: number): boolean =>
  text.charAt(at) === "." && !"*/^".includes(text.charAt(at + 1) || " ");

const dot = 0x2e;
const zero = 0x30;
const radixes: ReadonlyMap<string, number> = new Map([
  ["b", 2],
  ["o", 8],
  ["x", 16],
]);
