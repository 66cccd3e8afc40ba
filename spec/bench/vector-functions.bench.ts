/** The vector functions of the WebAssembly back-end, over columns, against loops over Math's. */
import type { FunctionRow } from "../../lib/expression/expression.ts";
import * as rows from "../../lib/expression/functions.ts";
import { vectorKernel } from "../support/vector-kernel.ts";
import { type Family, reportTimed } from "./family.ts";
import { type Contender, sideBySide } from "./timing.ts";

// As a hand would write them into a loop.
const contests: readonly (readonly [row: FunctionRow, text: string])[] = [
  [rows.exp, "Math.exp(x)"],
  [rows.expm1, "Math.expm1(x)"],
  [rows.log, "Math.log(x)"],
  [rows.log1p, "Math.log1p(x)"],
  [rows.tanh, "Math.tanh(x)"],
  [rows.sigmoid, "1 / (1 + Math.exp(-x))"],
  [rows.softplus, "Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))"],
  [rows.sin, "Math.sin(x)"],
  [rows.cos, "Math.cos(x)"],
  [rows.sqrt, "Math.sqrt(x)"],
];

const size = 1 << 15;
// A loop that runs is not replaced by its optimised version: it must be called again.
const slice = 4096;

export const family: Family = {
  about: `functions of ${size} numbers in slices of ${slice}: WebAssembly with vectors against Math in a loop; time a number`,
  run(report) {
    for (const [row, text] of contests) {
      const column = Float64Array.from(
        { length: size },
        (_, i) => 8 * ((i * 0.618) % 1) + (text.includes("log") ? 0.1 : -4),
      );
      const timed = sideBySide(
        [
          { name: "Math", batch: batches(handLoop(text, column), column) },
          ...(["f64x2", "f32x4"] as const).map((type): Contender => {
            const { columns, result, run } = vectorKernel(row, type, size);
            columns[0]?.set(column);
            return { name: type, batch: batches(run, result) };
          }),
        ],
        { rounds: 21, warmUp: 150 },
      );
      // Of one number, not of a column.
      const each = timed.map(line => ({ ...line, nanoseconds: line.nanoseconds / size }));
      reportTimed(report, each, row.name);
    }
  },
};

const batches =
  (run: (from: number, to: number) => void, result: { readonly [i: number]: number }) =>
  (times: number): number => {
    for (let i = 0; i < times; i++) for (let from = 0; from < size; from += slice) run(from, from + slice);
    return result[0] as number;
  };

function handLoop(text: string, column: Float64Array): (from: number, to: number) => void {
  const loop = `return (from, to) => { for (let i = from; i < to; i++) { const x = X[i]; Y[i] = ${text}; } };`;
  return new Function("X", "Y", loop)(column, new Float64Array(column.length)) as (from: number, to: number) => void;
}
