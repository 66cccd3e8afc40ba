import type { Memory, Product } from "../machine.ts";
import { productByPanels, type Square, side, type Target } from "./panels.ts";

/**
 * A matrix product whose innermost loop is generated for the memory that it works on. Where a page's policy forbids
 * generated code, an `EvalError` passes through.
 */
export const javascriptProduct = (product: Product, memory: Memory): ((scale: number) => void) =>
  productByPanels(product, memory, target => generatedSquare(memory, target));

const generatedSquare = ({ numbers }: Memory, { rows, columns }: Target): Square =>
  new Function("H", "R", "C", squareText)(numbers, rows, columns) as Square;

const places = Array.from({ length: side }, (_, i) => i);

const squareText = [
  '"use strict";',
  "return function square(a, b, inner, row, column, rows, columns, isFirst, scale) {",
  ...places.map(r => `let ${places.map(c => `s${r}${c} = 0`).join(", ")};`),
  `for (const end = b + ${side} * inner; b < end; a += ${side}, b += ${side}) {`,
  `const ${places.map(c => `b${c} = H[b + ${c}]`).join(", ")};`,
  ...places.map(r => `const a${r} = H[a + ${r}]; ${places.map(c => `s${r}${c} += a${r} * b${c};`).join(" ")}`),
  "}",
  // The target has at least one row and one column here.
  ...places.flatMap(r => [
    `if (rows > ${r}) {`,
    `const at = R[row + ${r}];`,
    ...places.map(
      c => `if (columns > ${c}) { const t = at + C[column + ${c}]; H[t] = (isFirst ? 0 : H[t]) + scale * s${r}${c}; }`,
    ),
    "}",
  ]),
  "};",
].join("\n");
