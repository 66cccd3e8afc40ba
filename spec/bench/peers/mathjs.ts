import { load, type Peer } from "../harness/peer.ts";

/** https://mathjs.org */
export const peer: Peer = {
  name: "mathjs",
  packages: ["mathjs"],
  jobs: {
    async gradient({ text, parameters, data }) {
      const { derivative, parse } = await load<Mathjs>("mathjs");
      const value = parse(text).compile();
      const slopes = parameters.map(name => derivative(text, name).compile());
      const scope: Record<string, number> = {};
      return (p, g, d) => {
        for (const [i, name] of parameters.entries()) scope[name] = p[i] as number;
        for (const [i, name] of data.entries()) scope[name] = d[i] as number;
        for (const [i, slope] of slopes.entries()) g[i] = slope.evaluate(scope);
        return value.evaluate(scope);
      };
    },
    async derivative() {
      const { derivative } = await load<Mathjs>("mathjs");
      return {
        derive: (text, variables) => variables.map(name => derivative(text, name)),
        evaluate: (formula, at) => (formula as Formula).compile().evaluate(at),
      };
    },
  },
  firstUse: 'import { derivative } from "mathjs";\nconsole.log(String(derivative("4*x*y + exp(-y)", "x")));',
};

/** What is used of the package. */
interface Mathjs {
  readonly parse: (text: string) => Formula;
  readonly derivative: (text: string, by: string) => Formula;
}

interface Formula {
  readonly compile: () => { readonly evaluate: (scope: Readonly<Record<string, number>>) => number };
}
