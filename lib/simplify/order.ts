import type { Expr } from "../expression/expression.ts";

/**
 * The canonical order: numbers, named constants, variables by name, then calls, small ones first. It depends on
 * structure alone, never on the order in which nodes were made.
 */
export function compareExpressions(a: Expr, b: Expr, depth = 6): number {
  if (a === b) return 0;
  const shallow = rank(a) - rank(b) || compareNumbers(a.size, b.size) || compareLabels(a, b);
  if (shallow !== 0) return shallow;
  // Deeper than this, expressions are told apart by their hashes: the cost of a comparison stays bounded.
  if (depth === 0) return a.hash - b.hash || compareWhole(a, b);
  for (let position = 0; position < a.args.length; position++) {
    const [left, right] = [a.args[position], b.args[position]];
    const order = left === undefined || right === undefined ? 1 : compareExpressions(left, right, depth - 1);
    if (order !== 0) return order;
  }
  return 0;
}

const rank = (node: Expr): number => {
  switch (node.kind) {
    case "constant":
      return 0;
    case "extent":
      return 1;
    case "call":
      return node.args.length === 0 ? 1 : 3;
    case "variable":
      return 2;
    case "delta":
      return 4;
    case "reduction":
      return 5;
  }
};

/** What tells two nodes of one kind and size apart without looking at their arguments. */
function compareLabels(a: Expr, b: Expr): number {
  if (a.kind === "constant" && b.kind === "constant") return a.value - b.value;
  if (a.kind === "call" && b.kind === "call") return compareNames(a.fn.name, b.fn.name);
  if (a.kind === "variable" && b.kind === "variable") {
    return compareNames(a.name, b.name) || compareHashes(a.indices, b.indices);
  }
  if (a.kind === "delta" && b.kind === "delta") return compareHashes(a.indices, b.indices);
  if (a.kind === "extent" && b.kind === "extent") return compareNames(a.index, b.index);
  if (a.kind === "reduction" && b.kind === "reduction") {
    return compareNames(a.operation, b.operation) || compareNames(a.index, b.index);
  }
  return a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : 0;
}

/** x2 before x10: digits at the end count as a number. */
export function compareNames(a: string, b: string): number {
  if (a === b) return 0;
  // A number on one side alone changes nothing: x comes before x2 in any order.
  if (!endsWithDigit(a) || !endsWithDigit(b)) return a < b ? -1 : 1;
  const [stemA, numberA] = splitNumber(a);
  const [stemB, numberB] = splitNumber(b);
  if (stemA === stemB && numberA !== numberB) return numberA - numberB;
  return a < b ? -1 : 1;
}

function splitNumber(name: string): readonly [stem: string, number: number] {
  let end = name.length;
  while (end > 0 && isDigit(name.charCodeAt(end - 1))) end--;
  return end === name.length ? [name, -1] : [name.slice(0, end), Number(name.slice(end))];
}

const endsWithDigit = (name: string): boolean => isDigit(name.charCodeAt(name.length - 1));

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

function compareHashes(a: readonly { readonly hash: number }[], b: readonly { readonly hash: number }[]): number {
  if (a.length !== b.length) return a.length - b.length;
  for (const [position, left] of a.entries()) {
    const order = left.hash - (b[position]?.hash ?? 0);
    if (order !== 0) return order;
  }
  return 0;
}

// Two expressions of one hash: rare enough to walk them whole.
function compareWhole(a: Expr, b: Expr): number {
  const pending: [Expr, Expr][] = [[a, b]];
  for (let pair = pending.pop(); pair !== undefined; pair = pending.pop()) {
    const [left, right] = pair;
    if (left === right) continue;
    const order =
      rank(left) - rank(right) ||
      compareNumbers(left.size, right.size) ||
      compareLabels(left, right) ||
      left.hash - right.hash;
    if (order !== 0) return order;
    for (const [position, argument] of left.args.entries()) {
      const other = right.args[position];
      if (other !== undefined) pending.push([argument, other]);
    }
  }
  return 0;
}

// Not a difference: the sizes of shared graphs may both be infinite.
const compareNumbers = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);
