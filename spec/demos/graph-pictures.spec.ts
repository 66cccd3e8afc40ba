/** The pictures of graphs in the README are what the demo draws. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { drawn, folder, picture } from "../../demos/graph-pictures.ts";
import { countDistinctNodes } from "../../lib/expression/fold.ts";
import { repository } from "../support/repository.ts";

const read = (path: string): string => readFileSync(path, "utf8").replaceAll("\r\n", "\n");

test("the folder holds the pictures, and no others", () => {
  assert.equal(readdirSync(folder).sort(), [...drawn.keys()].sort());
});

for (const [file, e] of drawn)
  test(`${file} is the graph of ${e}: npm run graph-pictures`, async () => {
    const svg = await picture(e);
    assert.is(svg.match(/class="node"/g)?.length, countDistinctNodes(e));
    assert.fixture(read(join(folder, file)), svg);
  });

test("the README shows them all", () => {
  const readme = read(join(repository, "README.md"));
  for (const file of drawn.keys()) assert.ok(readme.includes(`(demos/pictures/${file})`), file);
});

test.run();
