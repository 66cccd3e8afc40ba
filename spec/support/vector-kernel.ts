import type { FunctionRow } from "../../lib/expression/expression.ts";
import { createModule } from "../../lib/tape/emit/webassembly/encoder.ts";
import { createMemory, instantiate } from "../../lib/tape/emit/webassembly/engine.ts";
import { vectorFormOf } from "../../lib/tape/emit/webassembly/forms.ts";
import { importRows, type VectorForm } from "../../lib/tape/emit/webassembly/functions/form.ts";
import { type Floating, load } from "../../lib/tape/emit/webassembly/values.ts";
import { type FloatVectors, f32x4, f64x2 } from "../../lib/tape/emit/webassembly/vectors.ts";

/** A function over columns of numbers, in WebAssembly. */
export interface VectorKernel {
  /** A column for each argument, of as many numbers as there is room for. */
  readonly columns: readonly (Float64Array | Float32Array)[];
  readonly result: Float64Array | Float32Array;
  /** Fills the result, from one position to another, both multiples of the lanes. */
  readonly run: (from: number, to: number) => void;
}

/** What computes a row, or a form that stands for it, at `size` numbers of a type. */
export function vectorKernel(
  row: FunctionRow,
  type: Floating,
  size: number,
  form: VectorForm = vectorFormOf(row),
): VectorKernel {
  return type === "f64x2" ? kernelOf(row, f64x2, size, form) : kernelOf(row, f32x4, size, form);
}

function kernelOf<F extends Floating>(
  row: FunctionRow,
  v: FloatVectors<F>,
  size: number,
  form: VectorForm,
): VectorKernel {
  const bytes = 16 / v.lanes;
  const pages = Math.ceil(((row.arity + 1) * size * bytes) / 65_536);
  const module = createModule();
  const { imported, functions } = importRows(module);
  module.importMemory("memory", pages);
  module.exportFunction("run", ["i32", "i32"], "none", (body, from, to) => {
    body.count(from, to, 16, at => {
      const args = Array.from({ length: row.arity }, (_, i) =>
        load(v.type, { base: at, offset: (i + 1) * size * bytes }),
      );
      body.store({ base: at }, form({ body, imported }, v, ...args));
    });
  });
  const memory = createMemory(pages);
  const run = instantiate(module.encode(), { memory, ...functions() }).get("run");
  const column = (i: number): Float64Array | Float32Array =>
    bytes === 8
      ? new Float64Array(memory.buffer, i * size * bytes, size)
      : new Float32Array(memory.buffer, i * size * bytes, size);
  return {
    columns: Array.from({ length: row.arity }, (_, i) => column(i + 1)),
    result: column(0),
    run: (from, to) => run?.(from * bytes, to * bytes),
  };
}
