import type { GradientProblem } from "./jobs.ts";

/** The example of many an introduction. */
export const small: GradientProblem = {
  name: "small",
  text: "4*x*y + exp(-y)",
  parameters: ["x", "y"],
  data: [],
  at: [2, 3],
  sample: [],
};

const fin = "(c + u1*tanh(b1 + x1*w11 + x2*w12) + u2*tanh(b2 + x1*w21 + x2*w22))";

/** The loss of a textbook's network with two hidden neurons, which tells a point from four around it. */
export const fivePoint: GradientProblem = {
  name: "five-point",
  text: `${fin} - ${fin}*y + log(1 + exp(-${fin}))`,
  parameters: ["b1", "w11", "w12", "b2", "w21", "w22", "c", "u1", "u2"],
  data: ["x1", "x2", "y"],
  at: [1.543385, 3.111573, -2.8088, 1.373085, 3.130452, -2.813466, -4.241453, 4.036489, 4.074885],
  sample: [1, -1, 1],
};

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);

/** Rosenbrock's function of ten variables. */
export const rosenbrock: GradientProblem = {
  name: "rosenbrock",
  text: range(9)
    .map(i => `100*(x${i + 1} - x${i}^2)^2 + (1 - x${i})^2`)
    .join(" + "),
  parameters: range(10).map(i => `x${i}`),
  data: [],
  at: range(10).map(i => Math.sin(i)),
  sample: [],
};

/** How unlikely a number is in a mixture of five normal densities, by weights, means and logarithms of deviations. */
export const mixture: GradientProblem = {
  name: "mixture",
  text: `-log(${range(5)
    .map(k => `exp(p${k} - ((x - m${k}) * exp(-s${k}))^2 / 2 - s${k})`)
    .join(" + ")})`,
  parameters: ["p", "m", "s"].flatMap(name => range(5).map(k => `${name}${k}`)),
  data: ["x"],
  at: range(15).map(i => Math.sin(2 * i + 1) / 2),
  sample: [0.3],
};
