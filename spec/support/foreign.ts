/** Runs code that was printed in other languages, where there is what runs it. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repository } from "./repository.ts";

/** A function in another language, the number of its arguments, and the points at which to call it. */
export interface Foreign {
  readonly name: string;
  readonly code: string;
  readonly points: readonly (readonly number[])[];
}

/** Whether a command runs here and ends well. */
export function isThere(command: string, ...args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** The values of each function at each of its points, compiled as strictly as gcc can, in one file. */
export function runInC(functions: readonly Foreign[]): readonly (readonly number[])[] {
  return inFolder(folder => {
    // Each text is a file of its own; what several define alike is defined once.
    const parts = new Set(functions.flatMap(({ code }) => code.trimEnd().split(/\n\n(?=\S)/)));
    const calls = functions.flatMap(({ name, points }) =>
      points.map(point => `    printf("%.17g\\n", ${name}(${point.map(inC).join(", ")}));`),
    );
    const main = ["#include <stdio.h>", ...parts, `int main(void) {\n${calls.join("\n")}\n    return 0;\n}\n`];
    writeFileSync(join(folder, "main.c"), main.join("\n\n"));
    return valuesOf(functions, compiled(folder));
  });
}

/** What the program main.c of a folder prints, compiled as strictly as gcc can. */
export function compiled(folder: string): string {
  const files = ["-o", join(folder, "main"), join(folder, "main.c")];
  run("gcc", ["-std=c99", "-Wall", "-Wextra", "-Werror", ...files, "-lm"]);
  return run(join(folder, "main"), []);
}

/** The same for Python, called once with arrays of all points. */
export function runInPython(functions: readonly Foreign[]): readonly (readonly number[])[] {
  return inFolder(folder => {
    const data = functions.map(({ name, code, points }) => ({
      name,
      code,
      points: points.map(point => point.map(String)),
    }));
    writeFileSync(join(folder, "data.json"), JSON.stringify(data));
    writeFileSync(join(folder, "main.py"), driver);
    return valuesOf(functions, run("python3", ["-W", "ignore", join(folder, "main.py"), join(folder, "data.json")]));
  });
}

/** What the TypeScript compiler says of these modules, under its strictest settings: nothing, if all is well. */
export function typeErrors(modules: readonly string[]): string {
  return inFolder(folder => {
    for (const [i, text] of modules.entries()) writeFileSync(join(folder, `module${i}.ts`), text);
    const options = { strict: true, noUnusedLocals: true, noUncheckedIndexedAccess: true, noEmit: true, types: [] };
    const compilerOptions = { ...options, target: "es2022", lib: ["es2023"], module: "es2022" };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
    try {
      return run(process.execPath, [join(repository, "node_modules/typescript/bin/tsc"), "-p", folder]);
    } catch (error) {
      return String((error as Error).message);
    }
  });
}

const driver = `
import json, sys
import numpy as np
for each in json.load(open(sys.argv[1])):
    scope = {}
    exec(each["code"], scope)
    f = scope[each["name"]]
    points = [[float(number.replace("Infinity", "inf")) for number in point] for point in each["points"]]
    values = np.broadcast_to(f(*(np.array(column) for column in zip(*points))), len(points))
    first = float(f(*points[0]))
    if not (first == values[0] or (first != first and values[0] != values[0]) or abs(first - values[0]) <= 1e-13 * abs(first)):
        raise AssertionError(f"{each['code']}: {first} of a number, {values[0]} of an array")
    for value in values:
        print(repr(float(value)))
`;

/** A number as C reads it. */
export const inC = (value: number): string =>
  Number.isNaN(value)
    ? "NAN"
    : Math.abs(value) === Infinity
      ? `${value < 0 ? "-" : ""}INFINITY`
      : value.toExponential(17);

function valuesOf(functions: readonly Foreign[], printed: string): readonly (readonly number[])[] {
  const values = printed.trim().split(/\s+/).map(numberOf)[Symbol.iterator]();
  return functions.map(({ points }) => points.map(() => values.next().value ?? Number.NaN));
}

/** A number as C and Python print it. */
export const numberOf = (text: string): number =>
  text.includes("nan") ? Number.NaN : Number(text.replace("inf", "Infinity"));

/** What a command prints. Throws what it says where it fails. */
export function run(command: string, args: readonly string[]): string {
  try {
    return execFileSync(command, args, { encoding: "utf8", stdio: "pipe", maxBuffer: 2 ** 28 });
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command} failed:\n${`${stdout}${stderr}`.slice(0, 4000)}`);
  }
}

/** Does something in a folder of its own. */
export function inFolder<T>(action: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "fluxion-code-"));
  try {
    return action(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
