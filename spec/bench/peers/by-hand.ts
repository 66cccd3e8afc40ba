import { bundleAnswer, bundleArrays, bundleByHand } from "../../support/bundle.ts";
import { mixtureAnswer, mixtureArrays, mixtureByHand } from "../../support/mixture.ts";
import type { Gradient } from "../batch.ts";
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
  Object.entries({ small, rosenbrock, mixture, "five-point": fivePoint }),
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

function fivePoint(p: Float64Array, g: Float64Array, d: Float64Array): number {
  const [x1, x2, y] = [d[0] as number, d[1] as number, d[2] as number];
  const [u1, u2] = [p[7] as number, p[8] as number];
  const z1 = Math.tanh((p[0] as number) + x1 * (p[1] as number) + x2 * (p[2] as number));
  const z2 = Math.tanh((p[3] as number) + x1 * (p[4] as number) + x2 * (p[5] as number));
  const fin = (p[6] as number) + u1 * z1 + u2 * z2;
  const t = Math.exp(-fin);
  const back = 1 - y - t / (1 + t);
  const d1 = back * u1 * (1 - z1 * z1);
  const d2 = back * u2 * (1 - z2 * z2);
  g[0] = d1;
  g[1] = d1 * x1;
  g[2] = d1 * x2;
  g[3] = d2;
  g[4] = d2 * x1;
  g[5] = d2 * x2;
  g[6] = back;
  g[7] = back * z1;
  g[8] = back * z2;
  return fin - fin * y + Math.log(1 + t);
}

function fivePointBatch({ at, points, seeds }: BatchProblem): Work {
  const columns = seeds.map(seed => uniform(points, seed));
  const totals = new Float64Array(10);
  const run = (times: number): void => {
    for (let i = 0; i < times; i++) sumOverPoints(at, columns, totals);
  };
  run(1);
  return { answer: [...totals], run };
}

function sumOverPoints(p: readonly number[], columns: readonly Float64Array[], totals: Float64Array): void {
  const [b1, w11, w12, b2, w21, w22, c, u1, u2] = p as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const [first, second, third] = columns as [Float64Array, Float64Array, Float64Array];
  const points = first.length;
  let [g0, g1, g2, g3, g4, g5, g6, g7, g8, sum] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  for (let n = 0; n < points; n++) {
    const x1 = first[n] as number;
    const x2 = second[n] as number;
    const z1 = Math.tanh(b1 + x1 * w11 + x2 * w12);
    const z2 = Math.tanh(b2 + x1 * w21 + x2 * w22);
    const fin = c + u1 * z1 + u2 * z2;
    const t = Math.exp(-fin);
    const y = third[n] as number;
    sum += fin - fin * y + Math.log1p(t);
    const back = 1 - y - t / (1 + t);
    const d1 = back * u1 * (1 - z1 * z1);
    const d2 = back * u2 * (1 - z2 * z2);
    g0 += d1;
    g1 += d1 * x1;
    g2 += d1 * x2;
    g3 += d2;
    g4 += d2 * x1;
    g5 += d2 * x2;
    g6 += back;
    g7 += back * z1;
    g8 += back * z2;
  }
  for (const [i, total] of [sum, g0, g1, g2, g3, g4, g5, g6, g7, g8].entries()) totals[i] = total / points;
}
