import { createModule } from "./encoder.ts";
import { importAnyLinear, scratchBytes } from "./linear.ts";
import { arrangementTypes, writeArrange, writeArrangeSingly, writePanels } from "./panels.ts";
import { i32 } from "./scalars.ts";
import { columnsAtOnce, rowsAtOnce, squareTypes, vectorsAtOnce, writeSquare } from "./square.ts";
import { choose, type Floating, type Value } from "./values.ts";
import type { FloatVectors } from "./vectors.ts";

/**
 * A module that exports `multiply`: `c = scale * a b`, or that added to `c`, where rows, columns and the inner index have each
 * a stride of its own, in bytes. The right factor is brought into panels of two vectors of columns; the left is read where it
 * lies, and brought in order first, `blockRows` rows at a time, only where the inner index leaps. Those rows and a panel
 * stay in the nearest cache until all of their squares are done.
 */
export function productModule<F extends Floating>(v: FloatVectors<F>, isShared: boolean): Uint8Array {
  const bytes = 16 / v.lanes;
  const across = columnsAtOnce(bytes);
  const module = createModule();
  importAnyLinear(module, isShared);
  const square = module.addFunction(
    squareTypes,
    "none",
    (body, a, aRow, b, k, c, cRow, cColumn, rows, columns, isFirst, scale, scratch) =>
      writeSquare(body, { a, aRow, b, k, c, cRow, cColumn, rows, columns, isFirst, scale, scratch }, v),
  );
  const single = module.addFunction(arrangementTypes, "none", (body, ...given) => writeArrangeSingly(body, given, v));
  const arrange = module.addFunction(arrangementTypes, "none", (body, ...given) =>
    writeArrange(body, given, v, single),
  );
  const arrangePanels = module.addFunction(["i32", "i32", "i32", "i32"], "none", (body, ...given) =>
    writePanels(body, given, v, { vectors: vectorsAtOnce, panels: panelsTogether }),
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
      const isLeaping = body.keep(i32.ne(aInner, i32.constant(bytes)));
      const i = body.variable(i32.constant(0));
      body.block(leave => {
        body.branch(leave, i32.ge(i.value, m));
        body.loop(again => {
          const rows = body.keep(least(i32.sub(m, i.value), blockRows));
          const left = body.variable(i32.add(a, i32.mul(i.value, aRow)));
          const leftRow = body.variable(aRow);
          body.if(isLeaping, () => {
            const apart = body.keep(i32.mul(k, i32.constant(bytes)));
            body.run(arrange, left.value, block, rows, k, aRow, aInner, apart);
            body.set(left, block);
            body.set(leftRow, apart);
          });
          const target = body.keep(i32.add(c, i32.mul(i.value, cRow)));
          forEachPanel((j, panel, columns) => {
            const at = body.keep(i32.add(target, i32.mul(j, cColumn)));
            body.count(i32.constant(0), rows, rowsAtOnce, r => {
              const own = i32.add(left.value, i32.mul(r, leftRow.value));
              const to = i32.add(at, i32.mul(r, cRow));
              const high = least(i32.sub(rows, r), i32.constant(rowsAtOnce));
              body.run(square, own, leftRow.value, panel, k, to, cRow, cColumn, high, columns, isFirst, scale, scratch);
            });
          });
          body.set(i, i32.add(i.value, blockRows));
          body.branch(again, i32.lt(i.value, m));
        });
      });

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

// Two cache lines.
const panelsTogether = 4;

const least = (x: Value<"i32">, y: Value<"i32">): Value<"i32"> => choose(i32.lt(x, y), x, y);
