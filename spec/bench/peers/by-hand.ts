import { bundleAnswer, bundleArrays, bundleByHand } from "../../support/bundle.ts";
import { mixtureAnswer, mixtureArrays, mixtureByHand } from "../../support/mixture.ts";
import type { Gradient } from "../batch.ts";
import { fivePointGradient, meanOverPoints } from "../five-point-by-hand.ts";
import { uniform } from "../harness/data.ts";
import type { BatchProblem, Work } from "../harness/jobs.ts";
import type { Peer } from "../harness/peer.ts";

/** JavaScript as somebody with paper and time writes it: every value that is needed twice is kept. */
export const peer: Peer = {
  name: "by hand",
  packages: [],
  jobs: {
    gradient({ name }) {
      const written = gradients.get(name);
      if (written === undefined) throw new Error(`nobody has written ${name}`);
      return written;
    },
    batch: fivePointBatch,
    mixture(size) {
      const work = mixtureByHand(size, mixtureArrays(size));
      return { answer: mixtureAnswer(work.gradient(), name => work[name]), run: repeated(work.gradient) };
    },
    bundle(size) {
      const work = bundleByHand(bundleArrays(size));
      work.jacobian();
      return { answer: bundleAnswer(size, work), run: repeated(work.jacobian) };
    },
  },
};

const repeated =
  (work: () => number) =>
  (times: number): number => {
    let last = 0;
    for (let i = 0; i < times; i++) last = work();
    return last;
  };

const gradients: ReadonlyMap<string, Gradient> = new Map(
  Object.entries({ small, rosenbrock, mixture, "five-point": fivePointGradient }),
);

function small(p: Float64Array, g: Float64Array): number {
  const x = p[0] as number;
  const y = p[1] as number;
  const t = Math.exp(-y);
  g[0] = 4 * y;
  g[1] = 4 * x - t;
  return 4 * x * y + t;
}

function rosenbrock(p: Float64Array, g: Float64Array): number {
  let value = 0;
  let carried = 0;
  for (let i = 0; i < 9; i++) {
    const here = p[i] as number;
    const rise = (p[i + 1] as number) - here * here;
    const rest = 1 - here;
    value += 100 * rise * rise + rest * rest;
    g[i] = carried - 400 * rise * here - 2 * rest;
    carried = 200 * rise;
  }
  g[9] = carried;
  return value;
}

const densities = new Float64Array(5);
const scaled = new Float64Array(5);
const precisions = new Float64Array(5);

// The weights, the means and the logarithms of the deviations of five components.
function mixture(p: Float64Array, g: Float64Array, d: Float64Array): number {
  const x = d[0] as number;
  let total = 0;
  for (let k = 0; k < 5; k++) {
    const logDeviation = p[10 + k] as number;
    const precision = Math.exp(-logDeviation);
    const z = (x - (p[5 + k] as number)) * precision;
    const density = Math.exp((p[k] as number) - (z * z) / 2 - logDeviation);
    precisions[k] = precision;
    scaled[k] = z;
    densities[k] = density;
    total += density;
  }
  for (let k = 0; k < 5; k++) {
    const share = -(densities[k] as number) / total;
    const z = scaled[k] as number;
    g[k] = share;
    g[5 + k] = share * z * (precisions[k] as number);
    g[10 + k] = share * (z * z - 1);
  }
  return -Math.log(total);
}

function fivePointBatch({ at, points, seeds }: BatchProblem): Work {
  const columns = seeds.map(seed => uniform(points, seed));
  const totals = new Float64Array(10);
  const run = (times: number): void => {
    for (let i = 0; i < times; i++) meanOverPoints(at, columns, totals);
  };
  run(1);
  return { answer: [...totals], run };
}
