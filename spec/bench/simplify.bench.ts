/** Derivatives, simplified, from text to expression: against mathjs, and by size. */
import { Script } from "node:vm";
import { derivative } from "mathjs";
import type { Expr } from "../../lib/expression/expression.ts";
import type { Family, Measurement } from "./family.ts";
import { builtPackage } from "./harness/package.ts";
import { milliseconds, sideBySideInJobs } from "./timing.ts";

type Report = (line: Measurement) => void;
type Library = Awaited<ReturnType<typeof builtPackage>>;

/** A formula, and the variables that it is differentiated by. */
interface Problem {
  readonly text: string;
  readonly variables: readonly string[];
}

/** mathjs is given this long for a problem; where it needs longer, larger ones are ours alone. */
const patience = 20_000;

/** Milliseconds of a batch: as many as mathjs takes for the smallest problem, so that both have as long to get going. */
const slice = 25;

/** Milliseconds of warming up: simplification has many functions, which are compiled only once they have run a lot. */
const warmUp = 2000;

export const family: Family = {
  about: "from a formula to its simplified partial derivatives, against mathjs where it ends within 20 seconds",
  async run(report) {
    const library = await builtPackage();
    await grow(report, library, "tanh chain, depth", [2, 4, 8, 16, 32, 64], tanhChain);
    await grow(report, library, "x1*…*xn, n", [5, 10, 20, 50, 100, 200], product);
    await grow(report, library, "five-point loss,", [9], fivePointLoss);
  },
};

/** f(k+1) = tanh(f(k)*x + k). */
function tanhChain(depth: number): Problem {
  let text = "x";
  for (let k = 0; k < depth; k++) text = `tanh(${text}*x + ${k})`;
  return { text, variables: ["x"] };
}

function product(n: number): Problem {
  const variables = Array.from({ length: n }, (_, i) => `x${i + 1}`);
  return { text: variables.join("*"), variables };
}

function fivePointLoss(): Problem {
  const fin = "(c + u1*tanh(b1 + x1*w11 + x2*w12) + u2*tanh(b2 + x1*w21 + x2*w22))";
  return {
    text: `${fin} - ${fin}*y + log(1 + exp(-${fin}))`,
    variables: ["b1", "w11", "w12", "b2", "w21", "w22", "c", "u1", "u2"],
  };
}

async function grow(
  report: Report,
  library: Library,
  what: string,
  sizes: readonly number[],
  problemOf: (size: number) => Problem,
): Promise<void> {
  let gaveUp: string | undefined;
  let smallest: number | undefined;
  for (const size of sizes) {
    const problem = problemOf(size);
    const first: number | string = gaveUp ?? timeOfMathjs(problem);
    if (typeof first === "string") gaveUp = first;
    const byFluxion = simplifierOf(library);
    const time =
      typeof first === "string"
        ? await alone(report, `${what} ${size}`, problem, byFluxion, first)
        : await against(report, `${what} ${size}`, problem, byFluxion, first);
    const nodes = nodesOf(problem, library);
    const perNode = time / nodes;
    smallest ??= perNode;
    const line = { what: `${what} ${size}, for each of ${nodes} distinct nodes`, value: perNode, unit: "ns" } as const;
    report(sizes.length === 1 ? line : { ...line, ratio: perNode / smallest, target: 2 });
  }
}

/** Reports both, and returns our time. `first` is how long mathjs took the first time. */
async function against(
  report: Report,
  what: string,
  problem: Problem,
  byFluxion: Work,
  first: number,
): Promise<number> {
  // The rounds of a peer that takes seconds are few.
  const rounds = Math.max(3, Math.min(21, Math.ceil(3000 / first)));
  const contenders = [
    { name: "mathjs", batch: anew(problem, byMathjs) },
    { name: "fluxion", batch: anew(problem, byFluxion) },
  ];
  const [theirs, ours] = await sideBySideInJobs(contenders, { rounds, warmUp, slice });
  if (theirs === undefined || ours === undefined) return Number.NaN;
  const { nanoseconds, ratio, spread } = ours;
  report({ what: `${what}, mathjs`, value: theirs.nanoseconds / 1e6, unit: "ms" });
  const note = `${(1 / ratio).toFixed(0)} times as fast`;
  report({ what: `${what}, fluxion`, value: nanoseconds / 1e6, unit: "ms", ratio, spread, target: 1 / 50, note });
  return nanoseconds;
}

async function alone(report: Report, what: string, problem: Problem, byFluxion: Work, note: string): Promise<number> {
  const contender = { name: "fluxion", batch: anew(problem, byFluxion) };
  const [ours] = await sideBySideInJobs([contender], { rounds: 9, warmUp, slice });
  const time = ours?.nanoseconds ?? Number.NaN;
  report({ what: `${what}, fluxion`, value: time / 1e6, unit: "ms", note });
  return time;
}

/**
 * Each run has names of its own. Expressions are interned, and none that a former run made may serve the next.
 */
function anew({ text, variables }: Problem, work: Work): (times: number) => number {
  let run = 0;
  return times => {
    let sum = 0;
    for (let i = 0; i < times; i++) {
      run++;
      const renamed = (formula: string): string => formula.replaceAll(/\b([a-z]\d*)\b(?!\()/g, `$1r${run}`);
      sum += work({ text: renamed(text), variables: variables.map(renamed) });
    }
    return sum;
  };
}

/** From a problem to something that depends on its solution. */
type Work = (problem: Problem) => number;

function simplifierOf(library: Library): Work {
  const { parse, simplifyAll } = library;
  return ({ text, variables }) =>
    simplifyAll(partialsOf(parse(text), variables, library)).reduce((total, partial) => total + partial.depth, 0);
}

const byMathjs: Work = ({ text, variables }) =>
  variables.reduce((total, name) => total + derivative(text, name).type.length, 0);

function partialsOf(e: Expr, variables: readonly string[], { differentiate, gradient }: Library): readonly Expr[] {
  const [first, second] = variables;
  if (first !== undefined && second === undefined) return [differentiate(e, first)];
  const partials = gradient(e, variables);
  return variables.map(name => partials[name] ?? e);
}

/** The distinct nodes of a formula and its partials, before they are simplified. */
function nodesOf({ text, variables }: Problem, library: Library): number {
  const e = library.parse(text);
  return library.countDistinctNodes(e, ...partialsOf(e, variables, library));
}

/** How many milliseconds mathjs takes the first time, or why there is no telling: only a script can be stopped. */
function timeOfMathjs(problem: Problem): number | string {
  const work = (): number => byMathjs(problem);
  try {
    return milliseconds(() => new Script("work()").runInNewContext({ work }, { timeout: patience }));
  } catch (error) {
    const isSlow = typeof error === "object" && error !== null && "code" in error && error.code === stopped;
    return isSlow ? `mathjs takes more than ${patience / 1000} s` : `mathjs fails: ${String(error).slice(0, 80)}`;
  }
}

const stopped = "ERR_SCRIPT_EXECUTION_TIMEOUT";
