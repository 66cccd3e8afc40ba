import { fold } from "../../../lib/expression/fold.ts";
import { parse } from "../../../lib/syntax/parse.ts";
import { load, type Peer } from "../harness/peer.ts";

/**
 * https://github.com/rose-lang/rose, which differentiates functions traced from JavaScript and compiles them to
 * WebAssembly. It reads no text and has no functions but the root: shared parts are traced once, the others are given as
 * the rules of their derivatives, as its documentation shows.
 */
export const peer: Peer = {
  name: "rose",
  packages: ["rose", "@rose-lang/wasm"],
  jobs: {
    async gradient({ text, parameters, data }) {
      const rose = await load<Rose>("rose");
      const { Real, Vec, compile, fn, vjp } = rose;
      const call = rowsOf(rose);
      const [count, extra] = [parameters.length, Math.max(1, data.length)];
      const All = Vec(count + extra, Real);
      const names = [...parameters, ...data];
      const root = parse(text);
      const f = fn([All], Real, inputs =>
        fold<Value>(root, {
          constant: node => node.value,
          variable: node => (inputs as readonly Value[])[names.indexOf(node.name)] as Value,
          call: (node, args) => call(node.fn.name, args),
        }),
      );
      const both = fn([All], Vec(count + 1, Real), inputs => {
        const { ret, grad } = vjp(f)(inputs);
        const partials = grad(1) as readonly Value[];
        return [ret, ...parameters.map((_, i) => partials[i] as Value)];
      });
      const compiled = await compile(both);
      const values: number[] = new Array(count + extra).fill(0);
      return (p, g, d) => {
        for (let i = 0; i < p.length; i++) values[i] = p[i] as number;
        for (let i = 0; i < d.length; i++) values[count + i] = d[i] as number;
        const all = compiled(values);
        for (let i = 0; i < g.length; i++) g[i] = all[i + 1] as number;
        return all[0] as number;
      };
    },
  },
  fetched: ["@rose-lang/wasm/dist/wbg/rose_web_bg.wasm"],
  firstUse: `import { Dual, Real, Vec, add, compile, fn, mul, neg, opaque, vjp } from "rose";
const exp = opaque([Real], Real, Math.exp);
exp.jvp = fn([Dual], Dual, ({ re, du }) => { const y = exp(re); return { re: y, du: mul(du, y) }; });
const f = fn([Vec(2, Real)], Real, ([x, y]) => add(mul(mul(4, x), y), exp(neg(y))));
const g = fn([Vec(2, Real)], Real, at => vjp(f)(at).grad(1)[0]);
console.log((await compile(g))([2, 3]));`,
};

/** The calls of its functions by the names of ours. */
function rowsOf(rose: Rose): (name: string, args: readonly Value[]) => Value {
  const { Dual, Real, add, div, fn, mul, neg, opaque, sub } = rose;
  // The derivative is written in the argument and the result.
  const unary = (evaluate: (x: number) => number, derivative: (x: Value, y: Value) => Value) => {
    const row = opaque([Real], Real, evaluate);
    row.jvp = fn([Dual], Dual, pair => {
      const { re, du } = pair as DualValue;
      const y = row(re);
      return { re: y, du: mul(du, derivative(re, y)) };
    });
    return row;
  };
  const rows = new Map<string, (...args: Value[]) => Value>(
    Object.entries({
      add,
      sub,
      mul,
      div,
      neg,
      exp: unary(Math.exp, (_, y) => y),
      log: unary(Math.log, x => div(1, x)),
      tanh: unary(Math.tanh, (_, y) => sub(1, mul(y, y))),
    }),
  );
  return (name, args) => {
    const [base, exponent] = args;
    if (name === "pow" && base !== undefined && exponent === 2) return mul(base, base);
    const row = rows.get(name);
    if (row === undefined) throw new Error(`no ${name} here`);
    return row(...args);
  };
}

/** A number, or one that is traced: its type is the package's own affair. */
type Value = number | { readonly traced: unique symbol };
type Type = { readonly type: unique symbol };
interface DualValue {
  readonly re: Value;
  readonly du: Value;
}
type Traced = Value | DualValue | readonly Value[];
interface Fn {
  (...args: Traced[]): Value;
  jvp?: Fn;
}

/** What is used of the package. */
interface Rose {
  readonly Dual: Type;
  readonly Real: Type;
  readonly Vec: (length: number, type: Type) => Type;
  readonly add: (a: Value, b: Value) => Value;
  readonly sub: (a: Value, b: Value) => Value;
  readonly mul: (a: Value, b: Value) => Value;
  readonly div: (a: Value, b: Value) => Value;
  readonly neg: (a: Value) => Value;
  readonly opaque: (from: readonly Type[], to: Type, f: (x: number) => number) => Fn;
  readonly fn: (from: readonly Type[], to: Type, f: (inputs: Traced) => Traced) => Fn;
  readonly vjp: (f: Fn) => (at: Traced) => { readonly ret: Value; readonly grad: (cotangent: number) => Traced };
  readonly compile: (f: Fn) => Promise<(inputs: readonly number[]) => ArrayLike<number>>;
}
