/** The options that all training demos share are read, or refused by name. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { readTrainingOptions } from "../../../demos/support/training-options.ts";

const defaults = { seed: 1, epochs: 5, batch: 100, rate: 0.1, layers: [200], output: "curves.svg" } as const;
const read = (...args: readonly string[]) => readTrainingOptions(args, defaults, { texts: ["from"], flags: ["again"] });

test("what is not said is as the demo has it", () => {
  const nothing = { data: undefined, save: undefined, show: 0, own: new Map() };
  assert.equal(read(), { ...defaults, ...nothing });
});

test("each option says what it says", () => {
  assert.equal(
    read(
      ...["--data", "d", "--seed=-7", "--epochs", "2", "--batch", "all", "--rate", "1e-2", "--layers", "30,20"],
      ...["--show", "9", "--output", "o.svg", "--save", "m", "--from", "", "--again"],
    ),
    {
      ...{ data: "d", seed: -7, epochs: 2, batch: "all", rate: 0.01, layers: [30, 20], show: 9, output: "o.svg" },
      ...{
        save: "m",
        own: new Map([
          ["from", ""],
          ["again", "true"],
        ]),
      },
    },
  );
  assert.is(read("--batch", "1").batch, 1);
  assert.equal(read("--layers", "").layers, []);
});

for (const [option, value, words] of [
  ["--batch", "0", 'from 1 on, or "all", got 0'],
  ["--batch", "some", "got some"],
  ["--epochs", "1.5", "--epochs is an integer from 1 on, got 1.5"],
  ["--seed", "", "--seed is an integer, got"],
  ["--rate", "fast", "--rate is a number from 0 on, got fast"],
  ["--rate", "NaN", "got NaN"],
  ["--layers", "20,,30", "--layers is an integer from 1 on"],
  ["--show", "x", "--show"],
  ["--epoch", "1", "--epoch"],
] as const)
  test(`${option} ${value} is refused`, () => {
    assert.throws(
      () => read(option, value),
      (error: Error) => error.message.includes(words),
    );
  });

test.run();
