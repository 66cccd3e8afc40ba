import { fold } from "../../../lib/expression/fold.ts";
import { parse } from "../../../lib/syntax/parse.ts";
import { load, type Peer } from "../harness/peer.ts";

/**
 * https://cortexjs.io/compute-engine: formulas are given in its MathJSON. Value and partial derivatives are compiled as one
 * list, which is its fastest way.
 */
export const peer: Peer = {
  name: "compute-engine",
  packages: ["@cortex-js/compute-engine"],
  jobs: {
    async gradient({ text, parameters, data }) {
      const { ComputeEngine, compile } = await load<Module>("@cortex-js/compute-engine");
      const engine = new ComputeEngine();
      const f = mathJson(text);
      const partials = parameters.map(name => engine.box(["D", f, name]).evaluate());
      const { run } = compile(engine.box(["List", f, ...partials]));
      const scope: Record<string, number> = {};
      return (p, g, d) => {
        for (const [i, name] of parameters.entries()) scope[name] = p[i] as number;
        for (const [i, name] of data.entries()) scope[name] = d[i] as number;
        const all = run(scope) as number[];
        for (let i = 0; i < g.length; i++) g[i] = all[i + 1] as number;
        return all[0] as number;
      };
    },
    async derivative() {
      const { ComputeEngine, compile } = await load<Module>("@cortex-js/compute-engine");
      const engine = new ComputeEngine();
      return {
        derive: (text, variables) => {
          const f = mathJson(text);
          return variables.map(name => engine.box(["D", f, name]).evaluate().simplify());
        },
        evaluate: (formula, at) => compile(formula as Boxed).run(at) as number,
      };
    },
  },
  firstUse: `import { ComputeEngine } from "@cortex-js/compute-engine";
const engine = new ComputeEngine();
const f = ["Add", ["Multiply", 4, "x", "y"], ["Exp", ["Negate", "y"]]];
console.log(engine.box(["D", f, "x"]).evaluate().simplify().toString());`,
};

const heads: Readonly<Record<string, string>> = {
  add: "Add",
  sub: "Subtract",
  mul: "Multiply",
  div: "Divide",
  neg: "Negate",
  pow: "Power",
  exp: "Exp",
  log: "Ln",
  tanh: "Tanh",
};

function mathJson(text: string): Json {
  return fold<Json>(parse(text), {
    constant: node => node.value,
    variable: node => node.name,
    call: (node, args) => [heads[node.fn.name] ?? node.fn.name, ...args],
  });
}

type Json = number | string | readonly (Json | Boxed)[];

/** What is used of the package. */
interface Module {
  readonly ComputeEngine: new () => { readonly box: (json: Json) => Boxed };
  readonly compile: (formula: Boxed) => { readonly run: (scope: Readonly<Record<string, number>>) => unknown };
}

interface Boxed {
  readonly evaluate: () => Boxed;
  readonly simplify: () => Boxed;
}
