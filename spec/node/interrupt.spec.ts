/** Ctrl-C stops a training between two steps; a second one stops all. */
import { spawn } from "node:child_process";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { untilInterrupted } from "../../lib/node/index.ts";
import { repository } from "../support/repository.ts";

test("the first signal is heard, and it is heard once", () => {
  const before = process.listenerCount("SIGINT");
  const { signal } = untilInterrupted();
  assert.is(process.listenerCount("SIGINT"), before + 1);
  process.emit("SIGINT");
  assert.is(signal.aborted, true);
  assert.is(process.listenerCount("SIGINT"), before);
});

test("whoever is released hears nothing", () => {
  const before = process.listenerCount("SIGINT");
  const { signal, release } = untilInterrupted();
  release();
  assert.is(process.listenerCount("SIGINT"), before);
  assert.is(signal.aborted, false);
});

// Windows has no signals to send.
if (process.platform !== "win32")
  test("a training that is interrupted comes back with its state", async () => {
    const program = `
      import { parseDefinitions } from "./lib/index.ts";
      import { sgd, train } from "./lib/learn/index.ts";
      import { untilInterrupted } from "./lib/node/index.ts";
      const definitions = parseDefinitions("loss = mean(n, (w - x[n,0])^2)");
      const { signal, release } = untilInterrupted();
      const onStep = ({ step, epoch }) => step === 1 && epoch === 1 && console.log("begun");
      const { ended, state } = await train(
        { definitions, parameters: ["w"], input: "x[n,j]" },
        { inputs: [[1], [2]] },
        { optimiser: sgd(1e-3), epochs: 1e9, signal, onStep, batchSize: 1 },
      );
      release();
      console.log(ended, state.history.steps.length > 0);`;
    const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program], {
      cwd: repository,
    });
    let output = "";
    child.stdout.on("data", chunk => {
      if (output === "") child.kill("SIGINT");
      output += chunk;
    });
    child.stderr.on("data", chunk => {
      output += chunk;
    });
    const code = await new Promise(resolve => child.on("exit", resolve));
    assert.is(output, "begun\naborted true\n");
    assert.is(code, 0);
  });

test.run();
