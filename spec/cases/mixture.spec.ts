/** Gaussian mixtures with full covariances: the textbook's density, loops by hand, finite differences, and every back-end. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { withGradient } from "../../lib/calculus/with-gradient.ts";
import { checkGradient } from "../../lib/check/gradient.ts";
import { evaluate } from "../../lib/evaluate.ts";
import { inline } from "../../lib/expression/definition.ts";
import type { FlatArray } from "../../lib/expression/values.ts";
import { createProgram } from "../../lib/tape/program.ts";
import { schedule } from "../../lib/tape/schedule.ts";
import {
  type MixtureArrays,
  type MixtureSize,
  mixture,
  mixtureArrays,
  mixtureByHand,
  mixtureParameters,
  mixtureShapes,
} from "../support/mixture.ts";
import { backends, near } from "../support/program.ts";

const sizes: readonly MixtureSize[] = [
  { dimensions: 2, components: 3, samples: 5 },
  { dimensions: 3, components: 2, samples: 4 },
  { dimensions: 10, components: 5, samples: 9 },
];

/** The arrays with their shapes, as `evaluate` takes them. */
function valuesOf(size: MixtureSize, arrays: MixtureArrays): Record<string, FlatArray | number> {
  const shapes = mixtureShapes(size);
  return Object.fromEntries(
    Object.entries(arrays).map(([name, data]: [string, Float64Array]) => {
      const shape = shapes[name];
      return [name, shape === undefined ? (data[0] as number) : { shape, data }];
    }),
  );
}

// In two dimensions determinant and inverse are written out: nothing here knows of triangles or of logarithms of sums.
test("the loss is the logarithm of the mixture's density, and of its prior", () => {
  const size: MixtureSize = { dimensions: 2, components: 3, samples: 5 };
  const arrays = mixtureArrays(size);
  const at = (array: Float64Array, i: number): number => array[i] as number;
  const weights = Array.from(arrays.alpha, Math.exp);
  const whole = weights.reduce((a, b) => a + b);
  let expected = 0;
  for (let n = 0; n < size.samples; n++) {
    let density = 0;
    for (const [k, weight] of weights.entries()) {
      const [a, d, c] = [Math.exp(at(arrays.q, 2 * k)), Math.exp(at(arrays.q, 2 * k + 1)), at(arrays.l, k)];
      // The inverse covariance is the product of the transposed triangle (a, 0; c, d) and itself.
      const [xx, xy, yy] = [a * a + c * c, c * d, d * d];
      const [x, y] = [at(arrays.x, 2 * n) - at(arrays.mu, 2 * k), at(arrays.x, 2 * n + 1) - at(arrays.mu, 2 * k + 1)];
      const distance = xx * x * x + 2 * xy * x * y + yy * y * y;
      density += (weight / whole) * (Math.sqrt(xx * yy - xy * xy) / (2 * Math.PI)) * Math.exp(-distance / 2);
    }
    expected += Math.log(density) + Math.log(2 * Math.PI);
  }
  const [spread, freedom] = [at(arrays.spread, 0), at(arrays.freedom, 0)];
  for (let k = 0; k < size.components; k++) {
    const [p, q, c] = [at(arrays.q, 2 * k), at(arrays.q, 2 * k + 1), at(arrays.l, k)];
    expected += (spread ** 2 / 2) * (Math.exp(2 * p) + Math.exp(2 * q) + c * c) - freedom * (p + q);
  }
  const loss = evaluate(inline(mixture, "loss"), valuesOf(size, arrays));
  // Some dozen roundings.
  assert.ok(Math.abs(loss - expected) <= 1e-13 * Math.abs(expected), `${loss}, not ${expected}`);
});

test("the gradient agrees with finite differences, each definition by itself and all together", () => {
  const [size] = sizes;
  const { agrees, lines } = checkGradient(mixture, valuesOf(size as MixtureSize, mixtureArrays(size as MixtureSize)), {
    variables: ["alpha", "mu", "q", "l"],
    relativeTo: "largest",
  });
  assert.ok(agrees, lines.join("\n"));
});

const tape = schedule(withGradient(mixture, mixtureParameters), { outputs: ["loss", "dalpha", "dmu", "dq", "dl"] });
for (const backend of backends)
  for (const size of sizes) {
    const { dimensions, components } = size;
    test(`value and gradient are those of loops by hand: ${backend}, ${dimensions} numbers, ${components} components`, () => {
      const arrays = mixtureArrays(size);
      const byHand = mixtureByHand(size, arrays);
      const program = createProgram(tape, { shapes: mixtureShapes(size), backend });
      for (const [name, array] of Object.entries(arrays)) program.input(name).set(array);
      program.run();
      near(program.output("loss"), byHand.gradient(), "f64", "loss");
      for (const name of ["dalpha", "dmu", "dq", "dl"] as const) {
        const data = byHand[name];
        near(program.output(name), { shape: [data.length], data }, "f64", name);
      }
      near(program.output("loss"), byHand.value(), "f64", "the value alone");
    });
  }

test.run();
