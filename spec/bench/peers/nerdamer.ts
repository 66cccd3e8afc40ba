import { load, type Peer } from "../harness/peer.ts";

/** https://github.com/together-science/nerdamer-prime */
export const peer: Peer = {
  name: "nerdamer-prime",
  packages: ["nerdamer-prime"],
  jobs: {
    async gradient({ text, parameters, data }) {
      const { default: nerdamer } = await load<Nerdamer>("nerdamer-prime");
      const names = [...parameters, ...data];
      const value = nerdamer(text).buildFunction(names);
      const slopes = parameters.map(name => nerdamer(`diff(${text}, ${name})`).buildFunction(names));
      return (p, g, d) => {
        const values = [...p, ...d];
        for (const [i, slope] of slopes.entries()) g[i] = slope(...values);
        return value(...values);
      };
    },
    async derivative() {
      const { default: nerdamer } = await load<Nerdamer>("nerdamer-prime");
      return {
        derive: (text, variables) => variables.map(name => nerdamer(`diff(${text}, ${name})`)),
        evaluate: (formula, at) => (formula as Formula).buildFunction(Object.keys(at))(...Object.values(at)),
      };
    },
  },
  firstUse: 'import nerdamer from "nerdamer-prime";\nconsole.log(nerdamer("diff(4*x*y + exp(-y), x)").toString());',
};

/** What is used of the package. */
interface Nerdamer {
  readonly default: (text: string) => Formula;
}

interface Formula {
  readonly buildFunction: (names: readonly string[]) => (...values: number[]) => number;
}
