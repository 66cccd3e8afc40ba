import type { Memory, Product } from "../machine.ts";
import { type Kernel, type Pack, type Places, productByPanels, side } from "./panels.ts";

/** A matrix product without generated code. */
export const interpretedProduct = (product: Product, memory: Memory): ((scale: number) => void) =>
  productByPanels(product, memory, places => plainKernel(memory, places));

const plainKernel = ({ numbers, work }: Memory, places: Places): Kernel => ({
  packLeft: packer({ numbers, work }, places.leftRows, places.leftInner),
  packRight: packer({ numbers, work }, places.rightColumns, places.rightInner),
  square(left, right, inner, row, column, rows, columns, isFirst, scale) {
    for (let r = 0; r < rows; r += 2) {
      for (let c = 0; c < columns; c += 2) {
        let s00 = 0;
        let s01 = 0;
        let s10 = 0;
        let s11 = 0;
        const end = left + r + inner * side;
        for (let a = left + r, b = right + c; a < end; a += side, b += side) {
          const a0 = work[a] as number;
          const a1 = work[a + 1] as number;
          const b0 = work[b] as number;
          const b1 = work[b + 1] as number;
          s00 += a0 * b0;
          s01 += a0 * b1;
          s10 += a1 * b0;
          s11 += a1 * b1;
        }
        put(row + r, column + c, isFirst, scale * s00);
        if (c + 1 < columns) put(row + r, column + c + 1, isFirst, scale * s01);
        if (r + 1 < rows) put(row + r + 1, column + c, isFirst, scale * s10);
        if (r + 1 < rows && c + 1 < columns) put(row + r + 1, column + c + 1, isFirst, scale * s11);
      }
    }
    function put(r: number, c: number, isSet: boolean, value: number): void {
      const at = (places.targetRows[r] as number) + (places.targetColumns[c] as number);
      numbers[at] = isSet ? value : (numbers[at] as number) + value;
    }
  },
});

function packer({ numbers, work }: Pick<Memory, "numbers" | "work">, across: Int32Array, along: Int32Array): Pack {
  return (to, from, start, count, inner, steps) => {
    let next = to;
    for (let i = 0; i < count; i += side) {
      for (let k = inner; k < inner + steps; k++) {
        const at = from + (along[k] as number);
        for (let r = i; r < i + side; r++) {
          work[next++] = r < count ? (numbers[at + (across[start + r] as number)] as number) : 0;
        }
      }
    }
  };
}
