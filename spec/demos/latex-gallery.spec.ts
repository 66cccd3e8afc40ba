/** The gallery of formulas shows ten of them, typeset by MathJax, and is the one that is kept. */
import { readFileSync } from "node:fs";
import katex from "katex";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { exhibits, file, gallery } from "../../demos/latex-gallery.ts";

test("there are ten formulas, and KaTeX accepts each without a warning", () => {
  assert.is(exhibits.length, 10);
  for (const { latex } of exhibits) {
    assert.ok(
      katex.renderToString(latex, { output: "mathml", displayMode: true, strict: "error", throwOnError: true }),
      latex,
    );
  }
});

test("the picture that is kept shows them all: npm run latex-gallery", async () => {
  const kept = readFileSync(file, "utf8");
  assert.is(kept.match(/class="title"/g)?.length, exhibits.length);
  for (const { title } of exhibits) assert.ok(kept.includes(`>${title}</text>`), title);
  const drawn = await gallery();
  // Each is an SVG element within the picture; what it shows may change as simplification does.
  assert.is(drawn.match(/<svg /g)?.length, 1 + exhibits.length);
  assert.not.match(drawn, /NaN|data-mjx-error/);
});

test.run();
