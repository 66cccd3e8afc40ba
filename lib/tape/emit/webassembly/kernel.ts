import { createModule } from "./encoder.ts";
import { importAnyLinear, scratchBytes } from "./linear.ts";
import { arrangementTypes, writeArrange, writeArrangeSingly, writePanels } from "./panels.ts";
import { i32 } from "./scalars.ts";
import { columnsAtOnce, rowsAtOnce, squareTypes, vectorsAtOnce, writeSquare } from "./square.ts";
import { choose, type Floating, type Value } from "./values.ts";
import type { FloatVectors } from "./vectors.ts";

/**
 * A module that exports `multiply`: `c = scale * a b`, or that added to `c`, where rows, columns and the inner index have each
 * a stride of its own, in bytes. The right factor is brought into panels of two vectors of columns, the left one into strips
 * of five rows, `blockRows` rows at a time: those and a panel stay in the nearest cache until all of their squares are done.
 */
export function productModule<F extends Floating>(v: FloatVectors<F>, isShared: boolean): Uint8Array {
  const bytes = 16 / v.lanes;
  const across = columnsAtOnce(bytes);
  const module = createModule();
  importAnyLinear(module, isShared);
  const square = module.addFunction(
    squareTypes,
    "none",
    (body, a, b, k, c, cRow, cColumn, rows, columns, isFirst, scale, scratch) =>
      writeSquare(body, { a, b, k, c, cRow, cColumn, rows, columns, isFirst, scale, scratch }, v),
  );
  const single = module.addFunction(arrangementTypes, "none", (body, ...given) => writeArrangeSingly(body, given, v));
  const arrange = module.addFunction(arrangementTypes, "none", (body, ...given) =>
    writeArrange(body, given, v, single),
  );
  const arrangePanels = module.addFunction(["i32", "i32", "i32", "i32"], "none", (body, ...given) =>
    writePanels(body, given, v, { bytes: 16 * vectorsAtOnce, panels: panelsTogether }),
  );
  const arrangeStrips = module.addFunction(["i32", "i32", "i32", "i32"], "none", (body, ...given) =>
    writePanels(body, given, v, { bytes: bytes * rowsAtOnce, panels: stripsTogether(bytes) }),
  );
  module.exportFunction(
    "multiply",
    // biome-ignore format: one name a type would not be clearer
    ["i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "f64"],
    "none",
    (
      body,
      a,
      b,
      c,
      m,
      n,
      k,
      aRow,
      aInner,
      bInner,
      bColumn,
      cRow,
      cColumn,
      isFirst,
      block,
      blockRows,
      panels,
      scale,
    ) => {
      const panelBytes = body.keep(i32.mul(k, i32.constant(across * bytes)));
      const leap = i32.constant(across * bytes);
      const scratch = body.keep(i32.sub(block, i32.constant(scratchBytes)));
      arrangeRight();
      const stripBytes = body.keep(i32.mul(k, i32.constant(bytes * rowsAtOnce)));
      const isPlain = body.keep(i32.eq(aRow, i32.constant(bytes)));
      const i = body.variable(i32.constant(0));
      body.block(leave => {
        body.branch(leave, i32.ge(i.value, m));
        body.loop(again => {
          const rows = body.keep(least(i32.sub(m, i.value), blockRows));
          arrangeLeft(body.keep(i32.add(a, i32.mul(i.value, aRow))), rows);
          const target = body.keep(i32.add(c, i32.mul(i.value, cRow)));
          forEachPanel((j, panel, columns) => {
            const at = body.keep(i32.add(target, i32.mul(j, cColumn)));
            const strip = body.variable(block);
            body.count(i32.constant(0), rows, rowsAtOnce, r => {
              const to = i32.add(at, i32.mul(r, cRow));
              const high = least(i32.sub(rows, r), i32.constant(rowsAtOnce));
              body.run(square, strip.value, panel, k, to, cRow, cColumn, high, columns, isFirst, scale, scratch);
              body.set(strip, i32.add(strip.value, stripBytes));
            });
          });
          body.set(i, i32.add(i.value, blockRows));
          body.branch(again, i32.lt(i.value, m));
        });
      });

      function arrangeLeft(from: Value<"i32">, rows: Value<"i32">): void {
        const together = rowsAtOnce * stripsTogether(bytes);
        const [done, to] = [body.variable(i32.constant(0)), body.variable(block)];
        const source = body.variable(from);
        const step = (count: number): void => {
          body.set(to, i32.add(to.value, i32.mul(stripBytes, i32.constant(count))));
          body.set(source, i32.add(source.value, i32.mul(aRow, i32.constant(count * rowsAtOnce))));
        };
        const most = body.keep(i32.sub(rows, i32.constant(together - 1)));
        body.if(isPlain, () =>
          body.count(i32.constant(0), most, together, j => {
            body.run(arrangeStrips, source.value, to.value, k, aInner);
            step(stripsTogether(bytes));
            body.set(done, i32.add(j, i32.constant(together)));
          }),
        );
        body.count(done.value, rows, rowsAtOnce, r => {
          const high = least(i32.sub(rows, r), i32.constant(rowsAtOnce));
          body.run(arrange, source.value, to.value, k, high, aInner, aRow, i32.constant(bytes * rowsAtOnce));
          step(1);
        });
      }

      function arrangeRight(): void {
        const isPlain = body.keep(i32.eq(bColumn, i32.constant(bytes)));
        const done = body.variable(i32.constant(0));
        body.if(isPlain, () => {
          const together = across * panelsTogether;
          const most = body.keep(i32.and(n, i32.constant(-together)));
          body.count(i32.constant(0), most, together, j => {
            const to = i32.add(panels, i32.mul(j, i32.mul(k, i32.constant(bytes))));
            body.run(arrangePanels, i32.add(b, i32.mul(j, bColumn)), to, k, bInner);
          });
          body.set(done, most);
        });
        body.count(done.value, n, across, j => {
          const to = i32.add(panels, i32.mul(j, i32.mul(k, i32.constant(bytes))));
          const columns = least(i32.sub(n, j), i32.constant(across));
          body.run(arrange, i32.add(b, i32.mul(j, bColumn)), to, k, columns, bInner, bColumn, leap);
        });
      }

      function forEachPanel(visit: (j: Value<"i32">, panel: Value<"i32">, columns: Value<"i32">) => void): void {
        const at = body.variable(panels);
        body.count(i32.constant(0), n, across, j => {
          visit(j, at.value, body.keep(least(i32.sub(n, j), i32.constant(across))));
          body.set(at, i32.add(at.value, panelBytes));
        });
        body.release(at);
      }
    },
  );
  return module.encode();
}

// Two cache lines, and a little more than one.
const panelsTogether = 4;
const stripsTogether = (bytes: number): number => 16 / bytes;

const least = (x: Value<"i32">, y: Value<"i32">): Value<"i32"> => choose(i32.lt(x, y), x, y);
