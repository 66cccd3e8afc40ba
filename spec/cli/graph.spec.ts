import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { gradient } from "../../lib/calculus/gradient.ts";
import { layOut } from "../../lib/cli/layout.ts";
import { type Outcome, run } from "../../lib/cli/run.ts";
import { toDot } from "../../lib/print/dot.ts";
import { parse, parseDefinitions } from "../../lib/syntax/parse.ts";

const folder = mkdtempSync(join(tmpdir(), "fluxion-graph-"));
test.after(() => rmSync(folder, { recursive: true, force: true }));

const graph = (...args: readonly string[]): Promise<Outcome> => run(["graph", ...args], () => Promise.resolve("x + 1"));

test("it prints the language of Graphviz", async () => {
  assert.equal(await graph("x^2 * y"), { code: 0, output: `${toDot(parse("x^2 * y"))}\n`, errors: "" });
  assert.is((await graph("-")).output, `${toDot(parse("x + 1"))}\n`);
  assert.is((await graph("x + x", "--simplify")).output, `${toDot(parse("2 * x"))}\n`);
  assert.is((await graph("x + x", "--repeat-leaves")).output, `${toDot(parse("x + x"), { leaves: "each use" })}\n`);
});

test("it draws definitions as boxes, with their adjoints where they are asked for", async () => {
  const text = "h[n] = 2 * x[n]; y = sum(n, h[n]^2)";
  const list = parseDefinitions(text);
  const [plain, backward] = [await graph(text), await graph(text, "--gradient", "--extent", "n=3")];
  assert.is(plain.output, `${toDot(list)}\n`);
  assert.is(backward.output, `${toDot([...list, ...gradient(list)], { extents: { n: 3 } })}\n`);
  assert.is((await graph(text, "--inside")).output, `${toDot(list, { inside: true })}\n`);
});

test("it draws a picture, of nothing but itself", async () => {
  const { code, output } = await graph("sin(x) * sin(x)", "--svg");
  assert.is(code, 0);
  assert.match(output, /^<svg [\s\S]*<\/svg>\n$/);
  assert.is(output.match(/class="node"/g)?.length, 3);
  assert.is(output.match(/class="edge"/g)?.length, 3);
  assert.not.match(output, /<script|href="|url\(/);
});

test("it writes a file, a picture where the name says so", async () => {
  const [dot, svg] = [join(folder, "graph.dot"), join(folder, "graph.svg")];
  assert.equal(await graph("x + y", "--out", dot), { code: 0, output: `wrote ${dot}\n`, errors: "" });
  assert.is(readFileSync(dot, "utf8"), (await graph("x + y")).output);
  assert.is((await graph("x + y", `--out=${svg}`)).output, `wrote ${svg}\n`);
  assert.is(readFileSync(svg, "utf8"), (await graph("x + y", "--svg")).output);
});

test("the lines of a box are in its middle, whatever the font", async () => {
  const { output } = await graph("hidden[n] = tanh(x[n]); y = sum(n, hidden[n])", "--gradient", "--svg");
  const [box = ""] = /<g id="node\d+" class="node">(?:(?!<\/g>).)*hidden\[n\].*?<\/g>/s.exec(output) ?? [];
  const xs = [...box.matchAll(/(-?[\d.]+),-[\d.]+/g)].map(([, x]) => Number(x));
  const lines = [...box.matchAll(/<text[^>]* text-anchor="middle" x="([^"]*)"/g)].map(([, x]) => Number(x));
  assert.ok(!output.includes('text-anchor="start"'));
  assert.is(lines.length, 3);
  // The outline has two decimals.
  for (const x of lines) assert.ok(Math.abs(x - (Math.min(...xs) + Math.max(...xs)) / 2) < 0.02, box);
});

test("a file that cannot be written is named", async () => {
  const { code, output, errors } = await graph("x", "--out", join(folder, "none", "graph.dot"));
  assert.equal([code, output], [2, ""]);
  assert.match(errors, /^fluxion: cannot write .*none/);
});

test("nothing is written for what does not parse", async () => {
  const file = join(folder, "never.svg");
  assert.is((await graph("4*+", "--out", file)).code, 1);
  assert.not.ok(existsSync(file));
});

test("a layout that would take too long is stopped, and says so", async () => {
  const dot = toDot(parse(Array.from({ length: 150 }, (_, i) => `x${i}^2`).join("+")));
  try {
    await layOut(dot, 100);
    assert.unreachable();
  } catch (error) {
    assert.instance(error, Error);
    assert.match(String(error), "longer than 0.1 seconds");
  }
});

test.run();
