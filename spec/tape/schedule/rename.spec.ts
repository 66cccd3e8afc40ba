/** What is called by a definition's name is read as the definition is. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { add, createProgram, gradient, mul, parseDefinitions, schedule, variable } from "../../../lib/index.ts";

test("an array that is laid out otherwise than its definition says does not take its name", () => {
  const forward = parseDefinitions(`
    h[n,k] = tanh(sum(j, x[n,j] * W[j,k]) + b[k])
    z[n,c] = sum(k, h[n,k] * V[k,c]) + a[c]
    p[n,c] = exp(z[n,c] - logsumexp(c, z[n,c]))
    loss = mean(n, logsumexp(c, z[n,c]) - z[n,label[n]])`);
  const parameters = { "W[j,k]": ["j", "k"], "b[k]": ["k"], "V[k,c]": ["k", "c"], "a[c]": ["c"] } as const;
  const list = [...forward, ...gradient(forward, Object.keys(parameters))];
  const updates = Object.fromEntries(
    Object.entries(parameters).map(([text, axes]) => {
      const [name = ""] = text;
      return [text, add(variable(name, ...axes), mul(-0.1, variable(`d${name}`, ...axes)))];
    }),
  );
  const shapes = { x: [23, 6], label: [23], W: [6, 3], V: [3, 2] };
  // Sizes at which the gradient of h is best laid out along the samples: under its own name, k would range as n does.
  const tape = schedule(list, { outputs: ["loss"], updates, expected: { j: 6, k: 3, c: 2, n: 23 } });
  const { axes } = tape.arrays.find(({ name }) => name === "dh") ?? { axes: ["n", "k"] };
  assert.equal(axes, ["n", "k"]);
  assert.ok(tape.arrays.some(({ axes: [first, second] }) => first === "k" && second === "n"));
  const { n, j, k, c } = createProgram(tape, { shapes }).extents;
  assert.equal([n, j, k, c], [23, 6, 3, 2]);
});

test.run();
