import { type Definition, isList } from "./definition.ts";
import { FluxionError } from "./error.ts";
import { asExpr, describe, type Expr, excerpt, type Operand, Variable, variable } from "./expression.ts";
import { mulAll } from "./functions.ts";
import { freshen, renameIndices } from "./indices.ts";
import { sum } from "./reductions.ts";

/** What stands for an array in `einsum`: its name, a definition of it, or an expression whose free indices are its axes. */
export type EinsumOperand = string | Operand | Definition;

/**
 * The sum of products that subscripts describe, as NumPy reads them: `einsum("ij,jk->ik", "A", "B")` is
 * `sum(j, A[i,j] * B[j,k])`. Each letter is an index; a letter that the right side leaves out is summed over, in the order
 * in which the letters appear; without an arrow, the right side is the letters that occur once, in alphabetical order. A
 * letter that an operand has twice reads a diagonal.
 *
 * An operand is the name of an array, a variable without indices, a definition (which is read by its name), or any other
 * expression: its axes are then its free indices in the order in which the formula shows them. The free indices of the
 * result are the letters of the right side, in whose order `evaluateArray` and `define` are to name them.
 *
 * Throws `bad-index` for subscripts that are none, for more or fewer operands or axes than they describe, and where a letter
 * of the right side stands there twice or in no operand.
 */
export function einsum(subscripts: string, ...operands: readonly EinsumOperand[]): Expr {
  const { inputs, output } = readSubscripts(subscripts);
  if (inputs.length !== operands.length) {
    throw new FluxionError("bad-index", `"${subscripts}" describes ${inputs.length} operands, got ${operands.length}`);
  }
  const letters = new Set(inputs.flat());
  const product = mulAll(operands.map((operand, i) => underLetters(operand, inputs[i] ?? [], letters)));
  return [...letters]
    .filter(letter => !output.includes(letter))
    .reduceRight<Expr>((body, letter) => sum(letter, body), product);
}

interface Subscripts {
  readonly inputs: readonly (readonly string[])[];
  readonly output: readonly string[];
}

function readSubscripts(text: string): Subscripts {
  if (typeof text !== "string") {
    throw new FluxionError("bad-index", `subscripts are a text such as "ij,jk->ik", got ${describe(text)}`);
  }
  const [left = "", right, more] = text.replaceAll(/\s/g, "").split("->");
  const inputs = left.split(",").map(operand => [...operand]);
  const all = inputs.flat();
  const output = right === undefined ? [...new Set(all)].filter(letter => isOnce(all, letter)).sort() : [...right];
  const odd = [...all, ...output].find(letter => !/^\p{L}$/u.test(letter));
  if (odd !== undefined || more !== undefined) {
    throw new FluxionError(
      "bad-index",
      `subscripts are letters, commas and one arrow, as in "ij,jk->ik", got "${text}"`,
    );
  }
  for (const letter of output) {
    if (!all.includes(letter)) throw new FluxionError("bad-index", `${letter} of "${text}" stands in no operand`);
    if (!isOnce(output, letter))
      throw new FluxionError("bad-index", `${letter} names two axes of the result of "${text}"`);
  }
  return { inputs, output };
}

const isOnce = (letters: readonly string[], letter: string): boolean =>
  letters.indexOf(letter) === letters.lastIndexOf(letter);

function underLetters(operand: EinsumOperand, letters: readonly string[], all: ReadonlySet<string>): Expr {
  if (typeof operand === "string") return variable(operand, ...letters);
  if (isDefinition(operand)) {
    checkAxes(`${operand.name}[${operand.axes}]`, operand.axes, letters);
    return variable(operand.name, ...letters);
  }
  const e = asExpr(operand);
  if (e instanceof Variable && e.indices.length === 0) return variable(e.name, ...letters);
  // Bound indices may range otherwise than the letters do.
  const free = freshen(e, new Set([...all, ...e.freeIndices]));
  const axes = inOrder(free);
  checkAxes(excerpt(e), axes, letters);
  return renameIndices(free, new Map(axes.map((axis, i) => [axis, letters[i] ?? axis])));
}

const isDefinition = (operand: EinsumOperand): operand is Definition =>
  typeof operand === "object" && operand !== null && !isList(operand) && "expression" in operand && "axes" in operand;

function checkAxes(what: string, axes: readonly string[], letters: readonly string[]): void {
  if (axes.length === letters.length) return;
  throw new FluxionError(
    "bad-index",
    `the subscripts ${letters.join("") || "of no letters"} do not fit ${what}, which has ${axes.length} axes`,
  );
}

/** The free indices of `e`, none of which is bound in it, in the order in which the formula shows them. */
function inOrder(e: Expr): readonly string[] {
  const found = new Set<string>();
  const seen = new Set<Expr>();
  const pending: (Expr | string)[] = [e];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (typeof next === "string") {
      if (e.freeIndices.includes(next)) found.add(next);
    } else if (!seen.has(next) && next.freeIndices.length > 0) {
      seen.add(next);
      const parts: readonly (Expr | string)[] =
        next.kind === "variable" || next.kind === "delta"
          ? next.indices.flatMap(({ terms }) => terms.map(({ of }) => of))
          : next.args;
      for (const part of [...parts].reverse()) pending.push(part);
    }
  }
  return [...found];
}
