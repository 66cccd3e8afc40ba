#!/usr/bin/env node
/** The command line: `fluxion diff "x^3 / 3" x`. */
import { run } from "./run.ts";

// A reader that has seen enough, such as `head`, closes the pipe; that is no error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit();
    throw error;
  });
}

const { code, output, errors } = await run(process.argv.slice(2), readStandardInput);
process.stderr.write(errors);
process.stdout.write(output);
process.exitCode = code;

async function readStandardInput(): Promise<string> {
  process.stdin.setEncoding("utf8");
  let text = "";
  for await (const part of process.stdin) text += part;
  return text;
}
