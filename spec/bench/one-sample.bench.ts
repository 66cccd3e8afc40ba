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
  about: "a training step on one sample, squared error, against a step written by hand",
  run(report) {
    for (const [features, neurons, penalty] of [
      [784, 200, 0],
      [400, 10, 5e-4],
    ] as const) {
      const program = started(features, neurons, penalty);
      const timed = sideBySide(
        [
          { name: "by hand", batch: repeated(stepByHand(program, penalty)) },
          { name: "fluxion", batch: repeated(row => stepOf(program, row)) },
        ],
        { rounds: 21, slice: 8 },
      );
      const what = `${features}-${neurons}-1${penalty > 0 ? " with a penalty" : ""}`;
      reportTimed(report, timed, what, 1.3);
      const again = started(features, neurons, penalty);
      checkEqual(again, stepByHand(again, penalty));
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

const repeated = (step: Step): ((times: number) => number) => {
  // A loop for each contender: one that they share would call through a site that has seen them all.
  const text = `return times => { let total = 0; for (let i = 0; i < times; i++) total += step(i % ${samples}); return total; };`;
  return new Function("step", text)(step) as (times: number) => number;
};

/** A step on a row, which returns the objective before it. */
type Step = (row: number) => number;

// What a careful hand writes: row by row of the weights in both passes, as they lie in memory, the arrays known to the function.
function stepByHand(program: Program, penalty: number): Step {
  const names = ["x", "y", "W1", "b1", "w2", "b2"];
  const arrays = names.map(name => Float64Array.from(program.input(name)));
  const [features = 0, neurons = 0] = program.shapes.W1 ?? [];
  const ifPenalised = (text: string): string => (penalty > 0 ? text : "");
  const text = `"use strict";
    return row => {
      const at = row * ${features};
      ${ifPenalised("let squares = 0;")}
      a.set(b1);
      for (let j = 0, w = 0; j < ${features}; j++) {
        const input = x[at + j];
        for (let k = 0; k < ${neurons}; k++, w++) {
          const weight = W1[w];
          a[k] += input * weight;
          ${ifPenalised("squares += weight * weight;")}
        }
      }
      let prediction = b2[0];
      for (let k = 0; k < ${neurons}; k++) {
        const h = Math.tanh(a[k]);
        a[k] = h;
        prediction += w2[k] * h;
        ${ifPenalised("squares += w2[k] * w2[k];")}
      }
      const error = prediction - y[row];
      const slope = 2 * error;
      for (let k = 0; k < ${neurons}; k++) {
        const h = a[k], v = w2[k];
        const d = slope * v * (1 - h * h);
        a[k] = d;
        b1[k] -= ${rate} * d;
        w2[k] = v - ${rate} * (slope * h ${ifPenalised(`+ ${2 * penalty} * v`)});
      }
      b2[0] -= ${rate} * slope;
      for (let j = 0, w = 0; j < ${features}; j++) {
        const input = x[at + j];
        for (let k = 0; k < ${neurons}; k++, w++) {
          const weight = W1[w];
          W1[w] = weight - ${rate} * (input * a[k] ${ifPenalised(`+ ${2 * penalty} * weight`)});
        }
      }
      return error * error ${ifPenalised(`+ ${penalty} * squares`)};
    };`;
  return new Function(...names, "a", text)(...arrays, new Float64Array(neurons)) as Step;
}

function checkEqual(program: Program, byHand: Step): void {
  for (let row = 0; row < samples; row++) {
    const [own, expected] = [stepOf(program, row), byHand(row)];
    if (!(Math.abs(own - expected) < 1e-9)) throw new Error(`the objectives are ${own} and ${expected} in step ${row}`);
  }
}
