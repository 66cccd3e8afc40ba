import type { Memory, Product } from "../machine.ts";
import { productByPanels, type Square, side, type Target } from "./panels.ts";

/** A matrix product without generated code. */
export const interpretedProduct = (product: Product, memory: Memory): ((scale: number) => void) =>
  productByPanels(product, memory, target => plainSquare(memory, target));

const plainSquare =
  ({ numbers }: Memory, target: Target): Square =>
  (left, right, inner, row, column, rows, columns, isFirst, scale) => {
    const put = (r: number, c: number, sum: number): void => {
      if (r >= rows || c >= columns) return;
      const at = (target.rows[row + r] as number) + (target.columns[column + c] as number);
      numbers[at] = (isFirst ? 0 : (numbers[at] as number)) + scale * sum;
    };
    for (let r = 0; r < rows; r += 2) {
      for (let c = 0; c < columns; c += 2) {
        let [s00, s01, s10, s11] = [0, 0, 0, 0];
        for (let k = 0, a = left + r, b = right + c; k < inner; k++, a += side, b += side) {
          const [a0, a1, b0, b1] = [
            numbers[a] as number,
            numbers[a + 1] as number,
            numbers[b] as number,
            numbers[b + 1] as number,
          ];
          s00 += a0 * b0;
          s01 += a0 * b1;
          s10 += a1 * b0;
          s11 += a1 * b1;
        }
        put(r, c, s00);
        put(r, c + 1, s01);
        put(r + 1, c, s10);
        put(r + 1, c + 1, s11);
      }
    }
  };
