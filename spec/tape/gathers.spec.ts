/** What integers may point at: positions are checked before anything is computed, those of a smaller run only. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import "../../lib/print/text.ts";
import { parse } from "../../lib/syntax/parse.ts";
import { createProgram, type Program } from "../../lib/tape/program.ts";
import { schedule } from "../../lib/tape/schedule.ts";
import { throws } from "../support/throws.ts";

function programOf(
  text: string,
  reading: string,
  shapes: Record<string, readonly number[]>,
  token: readonly number[],
): Program {
  const program = createProgram(schedule({ [reading]: parse(text) }), { shapes });
  for (const [name, array] of Object.entries(program.inputs)) if (name !== "token") array.set(array.map((_, i) => i));
  program.input("token").set(token);
  return program;
}

test("an integer beyond the axis is told with its place, however many readings it is part of", () => {
  const program = programOf("E[token[n],0] * E[token[n],1]", "y[n]", { E: [4, 2], token: [3] }, [0, 4, 1]);
  throws(() => program.run(), "out-of-range", "token[1] is 4", "axis 0");
  program.input("token").set([0, 3, 1]);
  program.run();
  assert.equal(Array.from(program.output("y")), [0, 42, 6]);
});

test("of a negative integer likewise, and of one that a window carries beyond", () => {
  throws(
    () => programOf("E[token[n]]", "y[n]", { E: [4], token: [2] }, [3, -1]).run(),
    "out-of-range",
    "token[1] is -1",
  );
  const windows = { E: [6], token: [2], w: [3] };
  const text = "sum(i, w[i] * E[token[n]+i])";
  throws(() => programOf(text, "y[n]", windows, [3, 4]).run(), "out-of-range", "token[1] is 4", "position 6");
  programOf(text, "y[n]", windows, [3, 0]).run();
  throws(() => programOf("E[5-token[n]]", "y[n]", { E: [6], token: [2] }, [5, 6]).run(), "out-of-range", "position -1");
});

test("a smaller run reads its own integers only, along every axis", () => {
  const program = programOf("E[token[n,k]]", "y[n,k]", { E: [4], token: [2, 3] }, [0, 1, 9, 2, 3, 9]);
  throws(() => program.run(), "out-of-range", "token[0,2] is 9");
  program.run({ k: 2 });
  assert.equal(Array.from(program.output("y")), [0, 1, 0, 2, 3, 0]);
  program.input("token").set([0, 1, 2, 9, 3, 9]);
  throws(() => program.run({ k: 2 }), "out-of-range", "token[1,0] is 9");
  program.run({ n: 1 });
  program.run({ n: 0 });
});

test.run();
