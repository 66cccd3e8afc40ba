/** The demo tells what a set of images holds, and draws as many of them as were asked for. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { main } from "../../demos/show-images.ts";
import { dataPath } from "../support/data-folder.ts";

const folder = mkdtempSync(join(tmpdir(), "fluxion-images-"));
test.after(() => rmSync(folder, { recursive: true, force: true }));

/** What the demo prints, and what it draws. */
function shown(...args: readonly string[]): { readonly text: string; readonly svg: string } {
  const output = join(folder, "images.svg");
  const lines: unknown[] = [];
  const { log } = console;
  console.log = line => lines.push(line);
  try {
    main([...args, "--output", output]);
  } finally {
    console.log = log;
  }
  return { text: lines.join("\n"), svg: readFileSync(output, "utf8") };
}

const images = (svg: string): number => svg.match(/<image /g)?.length ?? 0;

test("without data, images are made up", () => {
  const { text, svg } = shown("--show", "12");
  assert.match(text, /train: 2000 images of the shape \[28, 28\]: bar 200, circle 200/);
  assert.match(text, /test: 500 images/);
  assert.is(images(svg), 12);
  assert.is(svg.match(/<text[^>]*>synthetic images: 12 of 2000 in the train split</g)?.length, 1);
});

test("the digits 3 and 9 of MNIST's test", () => {
  const data = dataPath("mnist");
  if (data === undefined) return;
  const { text, svg } = shown("--data", data, "--split", "test", "--classes", "3,9", "--show", "6", "--seed", "1");
  assert.match(text, /train: 60000 images/);
  assert.match(text, /mean 0\.1307, standard deviation 0\.3081/);
  assert.match(text, /shown: [39]( [39]){5}\n/);
  assert.is(images(svg), 6);
});

test("another split, and no number of images, are refused", () => {
  assert.throws(() => main(["--split", "all"]), /train or test/);
  assert.throws(() => main(["--show", "0"]), /number of images/);
});

test.run();
