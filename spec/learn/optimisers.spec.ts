/** Each optimiser is its line of mathematics: as one tape, it takes the steps that a plain loop takes. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { createProgram, define, parse, schedule, variable } from "../../lib/index.ts";
import {
  adam,
  adamW,
  momentum,
  nesterov,
  type Optimiser,
  rmsProp,
  sgd,
  type TrainingStep,
  trainingStep,
  warmUp,
} from "../../lib/learn/index.ts";
import { backends } from "../support/program.ts";
import { throws } from "../support/throws.ts";

// The weights decay, the bias does not.
const loss = define("loss", parse("sum(j, s[j] * (w[j] - c[j])^2) + (b - 1)^2"));
const learnt = { parameters: ["w[j]", "b"], weights: ["w[j]"] };
const s = [0.5, 2, 10, 0.01];
const c = [1, -2, 0.25, 40];
const start = [0.3, -0.7, 2, 0, 0.5];
const lambda = 0.05;

/** What becomes of one number: its gradient comes in, what is taken from it goes out. */
type Loop = (t: number, g: number, p: number, state: { m: number; v: number }) => number;

const adamLoop =
  (beta1: number, beta2: number, c1: (t: number) => number, c2: (t: number) => number, decay = 0): Loop =>
  (t, g, p, state) => {
    state.m = beta1 * state.m + (1 - beta1) * g;
    state.v = beta2 * state.v + (1 - beta2) * g ** 2;
    return 0.1 * (state.m / c1(t) / (Math.sqrt(state.v / c2(t)) + 1e-8) + decay * p);
  };

const inSteps = (beta: number) => (t: number) => 1 - beta ** t;

const cases: readonly (readonly [name: string, optimiser: Optimiser, loop: Loop, decays?: true])[] = [
  ["gradient descent", sgd(0.1), (_, g) => 0.1 * g],
  ["gradient descent with decay", sgd(0.1, { decay: lambda }), (_, g) => 0.1 * g, true],
  ["a rate that warms up", sgd(warmUp(0.1, { steps: 4 })), (t, g) => 0.1 * Math.min(t / 4, 1) * g],
  [
    "momentum",
    momentum(0.05, { momentum: 0.8 }),
    (_, g, __, state) => {
      state.v = 0.8 * state.v + g;
      return 0.05 * state.v;
    },
  ],
  [
    "Nesterov's momentum, with decay",
    nesterov(0.05, { momentum: 0.8, decay: lambda }),
    (_, g, __, state) => {
      state.v = 0.8 * state.v + g;
      return 0.05 * (g + 0.8 * state.v);
    },
    true,
  ],
  [
    "RMSprop",
    rmsProp(0.1, { beta: 0.7, epsilon: 1e-6 }),
    (_, g, __, state) => {
      state.v = 0.7 * state.v + 0.3 * g ** 2;
      return (0.1 * g) / (Math.sqrt(state.v) + 1e-6);
    },
  ],
  ["Adam", adam(0.1), adamLoop(0.9, 0.999, inSteps(0.9), inSteps(0.999))],
  [
    "Adam with decay",
    adam(0.1, { beta: [0.8, 0.9], decay: lambda }),
    adamLoop(0.8, 0.9, inSteps(0.8), inSteps(0.9)),
    true,
  ],
  // Equations 13 to 17 of the course.
  [
    "Adam as the course has it",
    adam(0.1, { beta: 0.9, correction: "constant", decay: lambda }),
    adamLoop(
      0.9,
      0.9,
      () => 1 - 0.9,
      () => 1 - 0.9,
    ),
    true,
  ],
];

for (const backend of backends) {
  for (const [name, optimiser, loop, decays] of cases) {
    test(`${name}: the tape takes the steps of a loop, by ${backend}`, () => {
      const wanted = loopOver(5, loop, decays === true ? lambda : 0);
      near(run(trainingStep([loss], learnt, optimiser), backend, 5), wanted);
    });
  }

  test(`AdamW decays weights apart from the averages, by ${backend}`, () => {
    const all = run(trainingStep([loss], learnt, adamW(0.1, { decay: lambda })), backend, 5);
    const steps = [inSteps(0.9), inSteps(0.999)] as const;
    const [weights, bias] = [lambda, 0].map(decay => loopOver(5, adamLoop(0.9, 0.999, ...steps, decay), 0));
    near(all, [...(weights ?? []).slice(0, 4), bias?.[4] ?? Number.NaN]);
  });
}

test("three steps of the course's Adam, by hand", () => {
  // With g = 2 p: m = 0.2 p, v = 0.4 p^2 at the first step, so that p goes down by 0.5 * (2 p) / (2 p) = 0.5 but for epsilon.
  const step = trainingStep([define("loss", parse("p^2"))], ["p"], adam(0.5, { beta: 0.9, correction: "constant" }));
  const program = createProgram(schedule([...step.forward, ...step.backward], { updates: step.updates }));
  program.input("p").fill(1);
  const wanted = [0.5, 0.5 - (0.5 * 2.8) / Math.sqrt(4.6), 0];
  const second = wanted[1] ?? 0;
  const [m, v] = [0.9 * 2.8 + 2 * second, 0.9 * 4.6 + 4 * second ** 2];
  wanted[2] = second - (0.5 * m) / Math.sqrt(v);
  for (const value of wanted) {
    program.run();
    // Epsilon is 1e-8 beside a root of at least 2.
    assert.ok(Math.abs((program.input("p")[0] ?? 0) - value) < 1e-8, `${program.input("p")[0]} is not ${value}`);
  }
});

test("an optimiser reads as its mathematics", () => {
  const { updates } = trainingStep([loss], ["w[j]"], adam(0.1, { beta: 0.9, correction: "constant" }));
  assert.equal(
    Object.keys(updates).map(text => `${text} ← ${updates[text]}`),
    [
      "mw[j] ← 0.9 * mw[j] + (1 - 0.9) * dw[j]",
      "vw[j] ← 0.9 * vw[j] + (1 - 0.9) * square(dw[j])",
      "w[j] ← w[j] - 0.1 * ((0.9 * mw[j] + (1 - 0.9) * dw[j]) / (1 - 0.9) / (sqrt((0.9 * vw[j] + (1 - 0.9) * square(dw[j])) / (1 - 0.9)) + 1e-8))",
    ],
  );
});

test("steps are counted once, and only where their number is read", () => {
  const counted = trainingStep([loss], learnt, adam(0.1)).updates;
  assert.equal(Object.keys(counted), ["mw[j]", "vw[j]", "w[j]", "t", "mb", "vb", "b"]);
  assert.is(counted.t, parse("t + 1"));
  assert.equal(Object.keys(trainingStep([loss], learnt, momentum(0.1)).updates), ["vw[j]", "w[j]", "vb", "b"]);
});

test("state takes no name that is taken", () => {
  const list = [define("loss", parse("(t - mt)^2 + vt^2 + mt^2"))];
  const step = trainingStep(list, ["t", "mt"], adam(variable("t'")));
  assert.equal(Object.keys(step.updates), ["mt'", "vt'", "t", "t''", "mmt", "vmt", "mt"]);
  const names = ["__proto__", "constructor"];
  const awkward = trainingStep([define("loss", parse("__proto__^2 + constructor^2"))], names, adam(0.1));
  assert.equal(Object.keys(awkward.updates), [
    "m__proto__",
    "v__proto__",
    "__proto__",
    "t",
    "mconstructor",
    "vconstructor",
    "constructor",
  ]);
});

test("what a step changes besides comes with it, and no array is changed twice", () => {
  const updates = { seen: parse("seen + 1"), t: parse("t + 2") };
  const step = trainingStep([loss], { ...learnt, updates }, adam(0.1));
  assert.is(step.updates.seen, parse("seen + 1"));
  assert.is(step.updates["t'"], parse("t' + 1"));
  throws(
    () => trainingStep([loss], { ...learnt, updates: { b: parse("b + 1") } }, sgd(1)),
    "bad-option",
    "b is updated",
  );
  const clash: Optimiser = (p, g) => ({ state: parse(`${p} + ${g}`) });
  throws(() => trainingStep([define("loss", parse("a^2 + b^2"))], ["a", "b"], clash), "bad-option", "state");
});

test("what is learnt is a list or a network, and its weights are parameters", () => {
  throws(() => trainingStep([loss], { ...learnt, weights: ["v[j]"] }, sgd(1)), "bad-option", "v[j]", "w[j], b");
  throws(() => trainingStep([loss], JSON.parse('"w[j]"'), sgd(1)), "bad-option", "list");
  throws(() => trainingStep([loss], JSON.parse("null"), sgd(1)), "bad-option", "null");
});

test("what is no option is said", () => {
  throws(() => momentum(0.1, { momentum: 1 }), "bad-option", "momentum", "1");
  throws(() => adam(0.1, { beta: [0.9, Number.NaN] }), "bad-option", "beta", "NaN");
  throws(() => adam(0.1, JSON.parse('{ "correction": "none" }')), "bad-option", "correction");
  throws(() => adam(0.1, JSON.parse('{ "beta": "0.9" }')), "bad-option", "beta");
  throws(() => rmsProp(0.1, { epsilon: -1 }), "bad-option", "epsilon", "-1");
  throws(() => adamW(0.1, { decay: -1 }), "bad-option", "decay");
  throws(() => sgd(JSON.parse('"fast"')), "not-an-expression");
});

test.run();

/** The weights and the bias after so many steps of a program. All else begins at 0. */
function run({ forward, backward, updates }: TrainingStep, backend: (typeof backends)[number], steps: number) {
  const tape = schedule([...forward, ...backward], { outputs: ["loss"], updates });
  const program = createProgram(tape, { shapes: { w: [4] }, backend });
  program.input("s").set(s);
  program.input("c").set(c);
  program.input("w").set(start.slice(0, 4));
  program.input("b").fill(start[4] ?? 0);
  for (let t = 0; t < steps; t++) program.run();
  return [...program.input("w"), ...program.input("b")];
}

/** The same by a loop over the numbers, of which the last is a bias. */
function loopOver(steps: number, loop: Loop, decay: number): readonly number[] {
  return start.map((begin, i) => {
    let p = begin;
    const state = { m: 0, v: 0 };
    for (let t = 1; t <= steps; t++) {
      const g = i < 4 ? 2 * (s[i] ?? 0) * (p - (c[i] ?? 0)) + decay * p : 2 * (p - 1);
      p -= loop(t, g, p, state);
    }
    return p;
  });
}

// A few dozen roundings of numbers below 100.
function near(found: readonly number[], wanted: readonly number[]): void {
  assert.is(found.length, wanted.length);
  for (const [i, value] of wanted.entries()) {
    assert.ok(
      Math.abs((found[i] ?? Number.NaN) - value) <= 1e-12 * Math.max(1, Math.abs(value)),
      `${found[i]} is not ${value}`,
    );
  }
}
