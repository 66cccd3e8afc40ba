import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a demo printed, what it drew, and what it returned. */
export interface DemoRun<T> {
  readonly text: string;
  readonly svg: string;
  readonly result: T;
}

/** Runs the main function of a demo that draws into the file named by `--output`. What it prints is not shown. */
export async function demoRun<T>(
  main: (args: readonly string[]) => Promise<T>,
  ...args: readonly string[]
): Promise<DemoRun<T>> {
  const folder = mkdtempSync(join(tmpdir(), "fluxion-demo-"));
  const output = join(folder, "curves.svg");
  const lines: unknown[] = [];
  const { log } = console;
  console.log = line => lines.push(line);
  try {
    const result = await main([...args, "--output", output]);
    return { text: lines.join("\n"), svg: readFileSync(output, "utf8"), result };
  } finally {
    console.log = log;
    rmSync(folder, { recursive: true, force: true });
  }
}
