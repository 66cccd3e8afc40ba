/** A training shows how far it is where somebody looks. */
import { Writable } from "node:stream";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseDefinitions } from "../../lib/index.ts";
import { sgd, train } from "../../lib/learn/index.ts";
import { progress } from "../../lib/node/index.ts";

const model = {
  definitions: parseDefinitions("loss = mean(n, (w - x[n,0])^2)\naccuracy = mean(n, abs(w - x[n,0]) < 1)"),
  parameters: ["w"],
  input: "x[n,j]",
};
const data = { inputs: [[1], [2], [3], [4]] };
const options = { optimiser: sgd(0.1), epochs: 3, batchSize: 2 };

/** What is written to a terminal, or to what is none. */
function screen(isTTY: boolean): { readonly stream: Writable & { isTTY: boolean }; readonly text: () => string } {
  let text = "";
  const stream = new Writable({
    write(chunk, _, done) {
      text += chunk;
      done();
    },
  });
  return {
    stream: Object.assign(stream, { isTTY, columns: 200, cursorTo: () => true, moveCursor: () => true }),
    text: () => text,
  };
}

test("a terminal shows a bar, and at the end all of it", async () => {
  const { stream, text } = screen(true);
  const { history } = await train(model, data, { ...options, ...progress({ stream }) });
  assert.match(text(), /epoch 1 of 3, loss /);
  const { loss, accuracy = 0 } = history.steps.at(-1) ?? { loss: 0 };
  const last = `epoch 3 of 3, loss ${loss.toPrecision(4)}, ${(100 * accuracy).toFixed(1)} % right, 0s left`;
  assert.ok(text().includes(last), text());
  assert.ok(text().trimEnd().length > 0 && text().endsWith("\n"), "the line is left to others");
});

test("anything else shows nothing", async () => {
  const { stream, text } = screen(false);
  await train(model, data, { ...options, ...progress({ stream }) });
  assert.is(text(), "");
});

test("what is printed in between has a line of its own, and the bar comes back", async () => {
  const { stream, text } = screen(true);
  const bar = progress({ stream });
  await train(model, data, {
    ...options,
    ...bar,
    onEpoch(report, view) {
      bar.onEpoch(report, view);
      bar.pause();
      stream.write(`done ${report.epoch}\n`);
    },
  });
  for (const epoch of [1, 2, 3]) assert.match(text(), new RegExp(`epoch ${epoch} of 3[^]*\\ndone ${epoch}\\n`));
});

test.run();
