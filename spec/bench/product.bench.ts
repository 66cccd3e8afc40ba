/** Matrix products in every transposition, against loops that keep a square of the result in locals. */
import { parseDefinitions } from "../../lib/syntax/parse.ts";
import type { BackendName } from "../../lib/tape/emit/choose.ts";
import { createProgram } from "../../lib/tape/program.ts";
import { schedule } from "../../lib/tape/schedule.ts";
import { type Family, reportTimed } from "./family.ts";
import { inRegisters } from "./registers.ts";
import { sideBySide } from "./timing.ts";

// The first layer of 784 inputs and 200 neurons, over a batch of 100.
const [rows, inner, columns] = [100, 784, 200];

const forms = [
  { name: "A B", text: "c[i,k] = sum(j, a[i,j] * b[j,k])", shapes: { a: [rows, inner], b: [inner, columns] } },
  { name: "A^T B", text: "c[i,k] = sum(j, a[j,i] * b[j,k])", shapes: { a: [inner, rows], b: [inner, columns] } },
  { name: "A B^T", text: "c[i,k] = sum(j, a[i,j] * b[k,j])", shapes: { a: [rows, inner], b: [columns, inner] } },
] as const;

export const family: Family = {
  about: `matrix products, ${rows} × ${inner} by ${inner} × ${columns}, against loops written by hand, in blocks of 4 × 4, and against registers`,
  run(report) {
    for (const type of ["f64", "f32"] as const) {
      const numbers = (length: number): Float64Array | Float32Array => {
        const array = type === "f64" ? new Float64Array(length) : new Float32Array(length);
        for (let i = 0; i < length; i++) array[i] = Math.sin(i);
        return array;
      };
      const [a, b, c] = [numbers(rows * inner), numbers(inner * columns), numbers(rows * columns)];
      const hand = handWritten(a, b, c);
      const byHand = { name: "A B by hand", batch: repeated(hand, c) };
      const contender = ({ name, text, shapes }: (typeof forms)[number], way: string, backend: BackendName) => {
        const program = createProgram(schedule(parseDefinitions(text)), { shapes, type, backend });
        program.input("a").set(a);
        program.input("b").set(b);
        return { name: `${way}, ${name}`, batch: repeated(program.run, program.output("c")) };
      };
      const ours = forms.flatMap(form => [
        contender(form, "fluxion", "javascript"),
        contender(form, "fluxion in WebAssembly", "webassembly"),
      ]);
      const program = createProgram(schedule(parseDefinitions(forms[0].text)), {
        shapes: forms[0].shapes,
        type,
        backend: "interpreter",
      });
      const plain = { name: "fluxion without generated code", batch: repeated(program.run, program.output("c")) };
      const timed = sideBySide([byHand, ...ours, plain], { rounds: 15, slice: 20 });
      reportTimed(report, timed, `a product, ${type}`);
      const vectors = forms.map(form => contender(form, "fluxion", "webassembly"));
      const bound = inRegisters(type, rows * inner * columns);
      for (const { name, nanoseconds, ratio, spread } of sideBySide([bound, ...vectors], { rounds: 25, slice: 10 })) {
        const line = {
          what: `as many multiply-adds, ${type}, ${name}`,
          value: nanoseconds,
          unit: "ns",
          ratio,
          spread,
        } as const;
        report(name === bound.name ? line : { ...line, target: 1 / 0.75 });
      }
    }
  },
};

const repeated =
  (run: () => void, result: { readonly [i: number]: number }) =>
  (times: number): number => {
    for (let i = 0; i < times; i++) run();
    return result[0] as number;
  };

// What a careful hand writes: four rows by four columns in locals, the arrays known to the function.
function handWritten(a: Float64Array | Float32Array, b: typeof a, c: typeof a): () => void {
  const four = [0, 1, 2, 3];
  const text = [
    '"use strict";',
    "return () => {",
    `for (let i = 0; i < ${rows}; i += 4) for (let k = 0; k < ${columns}; k += 4) {`,
    ...four.flatMap(r => four.map(s => `let s${r}${s} = 0;`)),
    `for (let j = 0; j < ${inner}; j++) {`,
    ...four.map(s => `const b${s} = b[j * ${columns} + k + ${s}];`),
    ...four.map(r => `const a${r} = a[(i + ${r}) * ${inner} + j];`),
    ...four.flatMap(r => four.map(s => `s${r}${s} += a${r} * b${s};`)),
    "}",
    ...four.flatMap(r => four.map(s => `c[(i + ${r}) * ${columns} + k + ${s}] = s${r}${s};`)),
    "}};",
  ].join("\n");
  return new Function("a", "b", "c", text)(a, b, c) as () => void;
}
