/** A law that does not hold fails with a small counterexample; one that judges nothing fails too. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { differentiate } from "../../lib/calculus/differentiate.ts";
import { checkLaw, identity, isRegular, type Law, law, laws, measure } from "../../lib/check/index.ts";
import { evaluate } from "../../lib/evaluate.ts";
import { add } from "../../lib/expression/functions.ts";
import { toString as textOf } from "../../lib/print/text.ts";
import { parse } from "../../lib/syntax/parse.ts";

async function messageOf(failing: Law): Promise<string> {
  try {
    await checkLaw(failing, { runs: 300, seed: 1 });
  } catch (error) {
    return String(error);
  }
  return assert.unreachable("the law holds") as never;
}

test("a law that holds reports how many runs were judged", async () => {
  const report = await checkLaw(
    law("addition commutes", (f, g, at) =>
      isRegular(f, at) && isRegular(g, at) ? measure(add(f, g), at).value === measure(add(g, f), at).value : undefined,
    ),
    { runs: 100, seed: 1 },
  );
  assert.is(report.runs, 100);
  assert.ok(report.judged >= 95);
});

test("a law that does not hold fails with a small counterexample", async () => {
  const message = await messageOf(law("f is positive", (f, _, at) => evaluate(f, at) >= 0));
  assert.match(message, 'Counterexample: [{"expressions":[-1,0]', message);
});

test("an identity that does not hold fails", async () => {
  const message = await messageOf(identity("f + g is g + f", (f, g) => add(f, g) === add(g, f)));
  assert.match(message, "Counterexample");
});

test("a law that has nothing to judge fails", async () => {
  assert.match(await messageOf(law("vacuous", () => undefined)), "only 0 of 300 runs could be judged");
});

test("what throws within a law fails", async () => {
  assert.match(await messageOf(identity("thrower", () => parse("4*+") === parse("1"))), "Counterexample");
});

test("expressions of a law of composition are regular, one within the other", async () => {
  const composed = law("f ∘ g", (f, g, at) => (isRegular(f, { ...at, x: measure(g, at).value }) ? true : undefined), {
    composed: true,
  });
  const { judged } = await checkLaw(composed, { runs: 200, seed: 1 });
  assert.ok(judged >= 198, String(judged));
});

// The laws must tell a wrong engine from a right one.
const right = {
  differentiate: (e: Parameters<typeof differentiate>[0], name: string) => differentiate(e, name),
  evaluate,
};
type Broken = readonly [what: string, engine: Parameters<typeof laws>[0], law: string];
const broken: readonly Broken[] = [
  ["is off by a thousandth", { ...right, differentiate: (e, name) => add(differentiate(e, name), 0.001) }, "limit"],
  ["takes every derivative for 0", { ...right, differentiate: () => 0 }, "limit"],
  ["takes y for x", { ...right, differentiate: e => differentiate(e, "y") }, "limit"],
  [
    "loses the inner derivative",
    { ...right, differentiate: (e, name) => (e.kind === "call" && e.args.length === 1 ? 1 : differentiate(e, name)) },
    "sine",
  ],
];
for (const [what, engine, name] of broken) {
  test(`an engine that ${what} breaks the law of the ${name}`, async () => {
    const failing = laws(engine).find(one => one.name.startsWith(name));
    assert.ok(failing !== undefined);
    assert.match(await messageOf(failing), "does not hold");
  });
}

test("with a parser and a printer there is one more law", () => {
  const more = laws({ ...right, parse, print: e => textOf(e) });
  assert.is(more.length, laws(right).length + 1);
});

test.run();
