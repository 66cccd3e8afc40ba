import { createModule } from "../../lib/tape/emit/webassembly/encoder.ts";
import { instantiate } from "../../lib/tape/emit/webassembly/engine.ts";
import { i32 } from "../../lib/tape/emit/webassembly/scalars.ts";
import type { Floating } from "../../lib/tape/emit/webassembly/values.ts";
import { type FloatVectors, f32x4, f64x2 } from "../../lib/tape/emit/webassembly/vectors.ts";
import type { Contender } from "./timing.ts";

// With two factors, as many as there are registers for: each waits for its own last addition only.
const sums = 13;

/** So many multiplications and additions in vectors whose operands never leave registers: what no loop with memory beats. */
export function inRegisters(type: "f64" | "f32", multiplyAdds: number): Contender {
  const run = type === "f64" ? loopOf(f64x2) : loopOf(f32x4);
  const turns = Math.ceil((multiplyAdds * (type === "f64" ? 8 : 4)) / (16 * sums));
  return {
    name: "in registers",
    batch: times => {
      let last = 0;
      for (let i = 0; i < times; i++) last = run(turns);
      return last;
    },
  };
}

function loopOf<F extends Floating>(v: FloatVectors<F>): (turns: number) => number {
  const module = createModule();
  module.exportFunction("run", ["i32"], "f64", (body, turns) => {
    const [x, y] = [body.keep(v.constant(0.5)), body.keep(v.constant(1))];
    const all = Array.from({ length: sums }, (_, i) => body.variable(v.constant(i)));
    body.count(i32.constant(0), turns, 1, () => {
      for (const sum of all) body.set(sum, v.multiplyAdd(sum.value, x, y));
    });
    const total = all.reduce((left, { value }) => v.add(left, value), v.constant(0));
    return v.toDouble(v.extract(total, 0));
  });
  return instantiate(module.encode()).get("run") as (turns: number) => number;
}
