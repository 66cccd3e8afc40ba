import { generated } from "../function.ts";
import type { Memory, Product } from "../machine.ts";
import { type Kernel, type Places, productByPanels, side } from "./panels.ts";

/**
 * A matrix product whose loops are generated for the memory that they work on. Where a page's policy forbids generated
 * code, an `EvalError` passes through.
 */
export const javascriptProduct = (product: Product, memory: Memory): ((scale: number) => void) =>
  productByPanels(product, memory, places => generatedKernel(memory, places));

const generatedKernel = ({ numbers, work }: Memory, places: Places): Kernel =>
  generated(["H", "P", ...tables], kernelText, [numbers, work, ...tables.map(name => places[name])]) as Kernel;

const tables = ["leftRows", "leftInner", "rightColumns", "rightInner", "targetRows", "targetColumns"] as const;

const each = Array.from({ length: side }, (_, i) => i);

const packText = (name: string, across: string, along: string): readonly string[] => [
  `function ${name}(to, from, start, count, inner, steps) {`,
  `for (let i = 0; i < count; i += ${side}) {`,
  `const end = inner + steps;`,
  `if (i + ${side} <= count) {`,
  `const ${each.map(r => `r${r} = from + ${across}[start + i + ${r}]`).join(", ")};`,
  `for (let k = inner; k < end; k++, to += ${side}) {`,
  `const at = ${along}[k];`,
  ...each.map(r => `P[to + ${r}] = H[r${r} + at];`),
  "}",
  `} else for (let k = inner; k < end; k++, to += ${side}) {`,
  `const at = from + ${along}[k];`,
  ...each.map(r => `P[to + ${r}] = i + ${r} < count ? H[at + ${across}[start + i + ${r}]] : 0;`),
  "}}}",
];

const kernelText = [
  '"use strict";',
  ...packText("packLeft", "leftRows", "leftInner"),
  ...packText("packRight", "rightColumns", "rightInner"),
  "function square(a, b, inner, row, column, rows, columns, isFirst, scale) {",
  ...each.map(r => `let ${each.map(c => `s${r}${c} = 0`).join(", ")};`),
  `for (const end = b + ${side} * inner; b < end; a += ${side}, b += ${side}) {`,
  `const ${each.map(c => `b${c} = P[b + ${c}]`).join(", ")};`,
  ...each.map(r => `const a${r} = P[a + ${r}]; ${each.map(c => `s${r}${c} += a${r} * b${c};`).join(" ")}`),
  "}",
  ...each.flatMap(r => [
    `if (rows > ${r}) {`,
    `const at = targetRows[row + ${r}];`,
    ...each.map(c => {
      const place = `at + targetColumns[column + ${c}]`;
      return `if (columns > ${c}) { const t = ${place}; H[t] = (isFirst ? 0 : H[t]) + scale * s${r}${c}; }`;
    }),
    "}",
  ]),
  "}",
  "return { packLeft, packRight, square };",
].join("\n");
