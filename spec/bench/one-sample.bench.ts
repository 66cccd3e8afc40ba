/** A step of stochastic gradient descent on one sample: forward pass, backward pass and update of a small network. */
import { MLPRegressor } from "../../lib/learn/regressors.ts";
import { onRows } from "../../lib/learn/step.ts";
import { createProgram, type Program } from "../../lib/tape/program.ts";
import { schedule } from "../../lib/tape/schedule.ts";
import { type Family, reportTimed } from "./family.ts";
import { sideBySide } from "./timing.ts";

const samples = 100;
const rate = 1e-4;

export const family: Family = {
  about: "a training step on one sample, squared error, against a step written by hand; and what an epoch adds to that",
  run(report) {
    for (const [features, neurons, penalty] of [
      [784, 200, 0],
      [400, 10, 5e-4],
    ] as const) {
      const program = started(features, neurons, penalty);
      const network = networkOf(program);
      const timed = sideBySide(
        [
          { name: "by hand", batch: repeated(row => stepByHand(network, row, penalty)) },
          { name: "fluxion", batch: repeated(row => stepOf(program, row)) },
        ],
        { rounds: 21, slice: 8 },
      );
      const what = `${features}-${neurons}-1${penalty > 0 ? " with a penalty" : ""}`;
      reportTimed(report, timed, what, 1.3);
      checkEqual(started(features, neurons, penalty), penalty);
    }
  },
};

function started(features: number, neurons: number, penalty: number): Program {
  const model = new MLPRegressor({ hiddenLayers: [neurons], penalty, stepSize: rate });
  const list = onRows([...model.definitions, ...model.gradients], ["x[n,j]", "y[n]"], "row");
  const program = createProgram(schedule(list, { outputs: ["objective"], updates: model.updates }), {
    shapes: { x: [samples, features], y: [samples], row: [1], W1: [features, neurons], b1: [neurons], w2: [neurons] },
  });
  for (const [k, name] of ["x", "y", "W1", "b1", "w2"].entries()) {
    program.input(name).forEach((_, i, array) => {
      array[i] = Math.sin(1.7 * i + k) / 20;
    });
  }
  return program;
}

function stepOf(program: Program, row: number): number {
  program.input("row")[0] = row;
  program.run();
  return program.output("objective")[0] as number;
}

const repeated =
  (step: (row: number) => number) =>
  (times: number): number => {
    let total = 0;
    for (let i = 0; i < times; i++) total += step(i % samples);
    return total;
  };

interface Network {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly W1: Float64Array;
  readonly b1: Float64Array;
  readonly w2: Float64Array;
  readonly b2: Float64Array;
  readonly a: Float64Array;
  readonly da: Float64Array;
}

function networkOf(program: Program): Network {
  const copy = (name: string): Float64Array => Float64Array.from(program.input(name));
  const [W1, b1] = [copy("W1"), copy("b1")];
  const [a, da] = [new Float64Array(b1.length), new Float64Array(b1.length)];
  return { x: copy("x"), y: copy("y"), W1, b1, w2: copy("w2"), b2: copy("b2"), a, da };
}

// Row by row of the weights in both passes, as they lie in memory.
function stepByHand({ x, y, W1, b1, w2, b2, a, da }: Network, row: number, penalty: number): number {
  const neurons = b1.length;
  const features = W1.length / neurons;
  const at = row * features;
  let squares = 0;
  a.set(b1);
  for (let j = 0, w = 0; j < features; j++) {
    const input = x[at + j] as number;
    for (let k = 0; k < neurons; k++, w++) {
      const weight = W1[w] as number;
      a[k] = (a[k] as number) + input * weight;
      if (penalty > 0) squares += weight * weight;
    }
  }
  let prediction = b2[0] as number;
  for (let k = 0; k < neurons; k++) {
    a[k] = Math.tanh(a[k] as number);
    prediction += (w2[k] as number) * (a[k] as number);
    if (penalty > 0) squares += (w2[k] as number) ** 2;
  }
  const error = prediction - (y[row] as number);
  const slope = 2 * error;
  for (let k = 0; k < neurons; k++) {
    const [h, v] = [a[k] as number, w2[k] as number];
    const d = slope * v * (1 - h * h);
    da[k] = d;
    b1[k] = (b1[k] as number) - rate * d;
    w2[k] = v - rate * (slope * h + 2 * penalty * v);
  }
  b2[0] = (b2[0] as number) - rate * slope;
  for (let j = 0, w = 0; j < features; j++) {
    const input = x[at + j] as number;
    for (let k = 0; k < neurons; k++, w++) {
      const weight = W1[w] as number;
      W1[w] = weight - rate * (2 * penalty * weight + input * (da[k] as number));
    }
  }
  return error ** 2 + penalty * squares;
}

function checkEqual(program: Program, penalty: number): void {
  const network = networkOf(program);
  for (let row = 0; row < samples; row++) {
    const [own, byHand] = [stepOf(program, row), stepByHand(network, row, penalty)];
    if (!(Math.abs(own - byHand) < 1e-9)) throw new Error(`the objectives are ${own} and ${byHand} in step ${row}`);
  }
}
