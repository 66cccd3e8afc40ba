/** The loss of the textbook network with two hidden neurons, its value and its nine partials. */
import { derivative, parse as parseMathjs } from "mathjs";
import { type Expr, variable } from "../../lib/expression/expression.ts";
import { add, addAll, exp, log, mul, neg, sub, tanh } from "../../lib/expression/functions.ts";
import { compileGradient } from "../../lib/tape/compile.ts";
import { batchOf, type Gradient, trainingOf } from "./batch.ts";
import { type Family, type Measurement, reportTimed } from "./family.ts";
import { fivePointGradient } from "./five-point-by-hand.ts";
import { milliseconds, sideBySide } from "./timing.ts";

const parameters = ["b1", "w11", "w12", "b2", "w21", "w22", "c", "u1", "u2"];
const data = ["x1", "x2", "y"];

export const family: Family = {
  about: "value and 9 partials of fin - fin*y + log(1 + exp(-fin)) against hand-written JavaScript and mathjs",
  run(report) {
    let compiled: Gradient = fivePointGradient;
    const time = milliseconds(() => {
      compiled = compileGradient(loss(), parameters, data);
    });
    report({ what: "from expression to function, the first time", value: time, unit: "ms", target: 100 });
    let peer: Gradient = fivePointGradient;
    const peerTime = milliseconds(() => {
      peer = byMathjs();
    });
    report({ what: "mathjs, not simplified", value: peerTime, unit: "ms", note: "its simplification takes seconds" });
    const at = [1.543385, 3.111573, -2.8088, 1.373085, 3.130452, -2.813466, -4.241453, 4.036489, 4.074885];
    const timed = sideBySide([
      { name: "by hand", batch: batchOf(fivePointGradient, at, [1, -1, 1]) },
      { name: "fluxion", batch: batchOf(compiled, at, [1, -1, 1]) },
      { name: "mathjs", batch: batchOf(peer, at, [1, -1, 1]) },
    ]);
    reportTimed(report, timed, "value and gradient", 1.2);
    reportTraining(report, compiled, peer);
  },
};

// The origin against the four points around it: an epoch is five steps.
const points = [
  [0, 0, 1],
  [1, 0, 0],
  [0, -1, 0],
  [-1, 0, 0],
  [0, 1, 0],
];

function reportTraining(report: (line: Measurement) => void, compiled: Gradient, peer: Gradient): void {
  const start = parameters.map((_, i) => Math.sin(3 * i + 1));
  const timed = sideBySide([
    { name: "by hand", batch: trainingOf(fivePointGradient, start, points) },
    { name: "fluxion", batch: trainingOf(compiled, start, points) },
    { name: "mathjs", batch: trainingOf(peer, start, points) },
  ]);
  reportTimed(report, timed, "an epoch of five points", 1.3);
  const [, own, other] = timed;
  if (own === undefined || other === undefined) return;
  report({
    what: "an epoch of five points, fluxion over mathjs",
    value: own.nanoseconds,
    unit: "ns",
    ratio: own.ratio / other.ratio,
    target: 0.01,
  });
}

function loss(): Expr {
  const v = (name: string): Expr => variable(name);
  const neuron = (b: string, w1: string, w2: string): Expr =>
    tanh(addAll([v(b), mul(v("x1"), v(w1)), mul(v("x2"), v(w2))]));
  const fin = addAll([v("c"), mul(v("u1"), neuron("b1", "w11", "w12")), mul(v("u2"), neuron("b2", "w21", "w22"))]);
  return add(sub(fin, mul(fin, v("y"))), log(add(1, exp(neg(fin)))));
}

function byMathjs(): Gradient {
  const fin = "(c + u1*tanh(b1 + x1*w11 + x2*w12) + u2*tanh(b2 + x1*w21 + x2*w22))";
  const text = `${fin} - ${fin}*y + log(1 + exp(-${fin}))`;
  const value = parseMathjs(text).compile();
  const slopes = parameters.map(name => derivative(text, name, { simplify: false }).compile());
  const scope: Record<string, number> = {};
  return (p, g, d) => {
    for (const [i, name] of parameters.entries()) scope[name] = p[i] as number;
    for (const [i, name] of data.entries()) scope[name] = d[i] as number;
    for (const [i, slope] of slopes.entries()) g[i] = slope.evaluate(scope) as number;
    return value.evaluate(scope) as number;
  };
}
