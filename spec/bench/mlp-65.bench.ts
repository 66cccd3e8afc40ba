/** The squared error of a network of 6 inputs, 8 hidden tanh neurons and 1 output, and its gradient by all 65 parameters. */
import { type Expr, variable } from "../../lib/expression/expression.ts";
import { add, addAll, mul, pow, sub, tanh } from "../../lib/expression/functions.ts";
import { compileGradient } from "../../lib/tape/compile.ts";
import { batchOf, type Gradient } from "./batch.ts";
import { type Family, reportTimed } from "./family.ts";
import { milliseconds, sideBySide } from "./timing.ts";

const inputs = 6;
const hidden = 8;
const data = [...Array.from({ length: inputs }, (_, i) => `x${i}`), "y"];

export const family: Family = {
  about: "a one-hidden-layer tanh loss with 65 parameters against a hand-written function that reuses every activation",
  run(report) {
    const parameters: string[] = [];
    const parameter = (name: string): Expr => {
      parameters.push(name);
      return variable(name);
    };
    const loss = lossOf(parameter);
    let compiled: Gradient = byHand;
    const first = milliseconds(() => {
      compiled = compileGradient(loss, parameters, data);
    });
    report({ what: "from expression to function, the first time", value: first, unit: "ms", target: 100 });
    const again = milliseconds(() => compileGradient(loss, parameters, data));
    report({ what: "from expression to function, once more", value: again, unit: "ms" });
    const at = parameters.map((_, i) => Math.sin(i + 1) / 2);
    const sample = data.map((_, i) => Math.cos(i));
    const timed = sideBySide([
      { name: "by hand", batch: batchOf(byHand, at, sample) },
      { name: "fluxion", batch: batchOf(compiled, at, sample) },
    ]);
    reportTimed(report, timed, "value and gradient", 1.3);
  },
};

// The parameters in the order of byHand: for each neuron its weights and its bias; the weights of the output, its bias.
function lossOf(parameter: (name: string) => Expr): Expr {
  const activations = Array.from({ length: hidden }, (_, j) => {
    const terms = Array.from({ length: inputs }, (_, i) => mul(parameter(`w${i},${j}`), variable(`x${i}`)));
    return tanh(addAll([...terms, parameter(`b${j}`)]));
  });
  const output = add(addAll(activations.map((h, j) => mul(parameter(`u${j}`), h))), parameter("c"));
  return pow(sub(output, variable("y")), 2);
}

const h = new Float64Array(hidden);

function byHand(p: Float64Array, g: Float64Array, d: Float64Array): number {
  const width = inputs + 1;
  const u = hidden * width;
  let output = p[u + hidden] as number;
  for (let j = 0; j < hidden; j++) {
    let a = p[j * width + inputs] as number;
    for (let i = 0; i < inputs; i++) a += (p[j * width + i] as number) * (d[i] as number);
    const activation = Math.tanh(a);
    h[j] = activation;
    output += (p[u + j] as number) * activation;
  }
  const error = output - (d[inputs] as number);
  const back = 2 * error;
  g[u + hidden] = back;
  for (let j = 0; j < hidden; j++) {
    const activation = h[j] as number;
    g[u + j] = back * activation;
    const delta = back * (p[u + j] as number) * (1 - activation * activation);
    for (let i = 0; i < inputs; i++) g[j * width + i] = delta * (d[i] as number);
    g[j * width + inputs] = delta;
  }
  return error * error;
}
