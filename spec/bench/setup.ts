/**
 * Installs what the benchmarks compare Fluxion with: `npm run bench:setup`, beside the benchmarks and nowhere else.
 * `npm run bench:setup -- python` also makes an environment for Python there, with NumPy, SymPy and PyTorch; without it, what the
 * Python of the path has is used.
 */
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { benchFolder } from "./harness/machine.ts";

const environment = join(benchFolder, ".python");

start("npm", ["ci"]);
if (process.argv.includes("python")) {
  rmSync(environment, { recursive: true, force: true });
  start("python3", ["-m", "venv", environment]);
  const pip = join(environment, "bin", "pip");
  start(pip, ["install", "numpy", "sympy"]);
  start(pip, ["install", "torch", "--index-url", "https://download.pytorch.org/whl/cpu"]);
}

/** What fails is told, and leaves its peers out. */
function start(command: string, args: readonly string[]): void {
  console.log(`${command} ${args.join(" ")}`);
  const { status } = spawnSync(command, args, { cwd: benchFolder, stdio: "inherit" });
  if (status !== 0) {
    console.error(`${command} failed; the benchmarks leave out what is not there`);
    process.exitCode = 1;
  }
}
