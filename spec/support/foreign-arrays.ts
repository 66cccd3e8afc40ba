/** Runs printed functions of arrays in each language. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Definitions } from "../../lib/expression/definition.ts";
import { freeVariables } from "../../lib/expression/definition.ts";
import { extentOf, extentsOf } from "../../lib/expression/extents.ts";
import { indexNames } from "../../lib/expression/indices.ts";
import { arrayOf, type FlatArray, shapeOf, type Value } from "../../lib/expression/values.ts";
import { inputsOf } from "../../lib/print/code/indexed.ts";
import { type CodeLanguage, toCode } from "../../lib/print/code.ts";
import { compiled, inC, inFolder, numberOf, run } from "./foreign.ts";

/** Definitions, and values for what they read. The names are letters and digits, and may end in primes. */
export interface ArrayCase {
  readonly definitions: Definitions;
  readonly values: ReadonlyMap<string, Value>;
  readonly extents: Readonly<Record<string, number>>;
}

/** The elements of all results, one after the other. */
export type Elements = readonly number[];

/** What each case gives in JavaScript. */
export const runArraysInJavascript = (cases: readonly ArrayCase[]): readonly Elements[] =>
  cases.map(each => {
    const { code, parameters } = printed(each, "javascript", 0);
    const f = new Function(`"use strict"; ${code.replace(/^export /m, "")} return case0;`)();
    const results: Readonly<Record<string, number | Float64Array>> = f(
      ...parameters.map(({ value }) => (typeof value === "number" ? value : Float64Array.from(value.data))),
    );
    return each.definitions.flatMap(({ name }) => {
      const value = results[name];
      return typeof value === "number" ? [value] : Array.from(value ?? []);
    });
  });

/** The same in C. */
export function runArraysInC(cases: readonly ArrayCase[]): readonly Elements[] {
  const all = cases.map((each, i) => ({ each, ...printed(each, "c", i) }));
  const parts = new Set(all.flatMap(({ code }) => code.trimEnd().split(/\n\n(?=\S)/)));
  const calls = all.map(({ each, parameters }, i) => {
    const arrays = parameters.flatMap(({ value, isInteger }, j) =>
      typeof value === "number"
        ? []
        : [`static const ${isInteger ? "int" : "double"} p${j}[] = {${listOf(value, isInteger)}};`],
    );
    const outputs = each.definitions.map(({ name }, j) => ({ name: fieldOf(name), size: sizesOf(each)[j] }));
    const held = outputs.flatMap(({ name, size }, j) =>
      size === undefined ? [] : [`static double r${j}[${Math.max(1, size)}]; out.${name} = r${j};`],
    );
    const given = parameters.map(({ value }, j) =>
      typeof value !== "number" ? `p${j}` : argument(value, parameters[j]?.isSize),
    );
    const shown = outputs.map(({ name, size }) =>
      size === undefined
        ? `printf("%.17g\\n", out.${name});`
        : `for (int i = 0; i < ${size}; i++) printf("%.17g\\n", out.${name}[i]);`,
    );
    return `static void run${i}(void) {\n${[...arrays, `case${i}_outputs out;`, ...held, `case${i}(${[...given, "&out"].join(", ")});`, ...shown].join("\n")}\n}`;
  });
  return inFolder(folder => {
    const main = `int main(void) {\n${cases.map((_, i) => `run${i}();`).join("\n")}\nreturn 0;\n}\n`;
    writeFileSync(join(folder, "main.c"), ["#include <stdio.h>", ...parts, ...calls, main].join("\n\n"));
    return split(cases, compiled(folder));
  });
}

/** The same in Python. */
export function runArraysInPython(cases: readonly ArrayCase[]): readonly Elements[] {
  return inFolder(folder => {
    const data = cases.map((each, i) => {
      const { code, parameters } = printed(each, "python", i);
      const given = parameters.map(({ value }) =>
        typeof value === "number" ? { value } : { value: Array.from(value.data), shape: value.shape },
      );
      return { name: `case${i}`, code, parameters: given };
    });
    writeFileSync(join(folder, "data.json"), JSON.stringify(data));
    writeFileSync(join(folder, "main.py"), driver);
    return split(cases, run("python3", ["-W", "ignore", join(folder, "main.py"), join(folder, "data.json")]));
  });
}

const driver = `
import json, sys
import numpy as np
for each in json.load(open(sys.argv[1])):
    scope = {}
    exec(each["code"], scope)
    given = [np.reshape(p["value"], p["shape"]) if "shape" in p else p["value"] for p in each["parameters"]]
    try:
        results = scope[each["name"]](*given)
    except Exception as error:
        raise AssertionError(each["code"]) from error
    for result in results.values():
        for value in np.asarray(result, dtype=float).flat:
            print(repr(float(value)))
`;

interface Given {
  readonly value: number | FlatArray;
  readonly isInteger: boolean;
  readonly isSize: boolean;
}

// The function, and what it is called with: the variables by name, then the sizes that its header asks for.
function printed(
  each: ArrayCase,
  language: CodeLanguage,
  i: number,
): { readonly code: string; readonly parameters: readonly Given[] } {
  const { definitions, values } = each;
  const code = toCode(definitions, language, { name: `case${i}` });
  const inputs = inputsOf(definitions);
  const variables = freeVariables(definitions).map((name): Given => {
    const value = values.get(name) ?? Number.NaN;
    const isInteger = inputs.get(name)?.isInteger ?? false;
    return { value: typeof value === "number" ? value : arrayOf(values, name), isInteger, isSize: false };
  });
  const header = new RegExp(`case${i}\\(([^)]*)\\)`).exec(code)?.[1] ?? "";
  const sizes = [...header.matchAll(/(\w+)_extent(?:_(\d+))?(?!\w)/g)].map(([, name = "", axis]): Given => {
    const value = axis === undefined ? indexSize(each, name) : (shapeOf(values.get(name))?.[Number(axis)] ?? 0);
    return { value, isInteger: false, isSize: true };
  });
  return { code, parameters: [...variables, ...sizes] };
}

/** Whether the sizes are those that the printed function finds, where only what it asks for is given. */
export function isTold(each: ArrayCase): boolean {
  const asked = [...toCode(each.definitions, "python").matchAll(/(\w+)_extent(?=[,)].*:$)/gm)].map(([, name]) => name);
  const extents = Object.fromEntries(Object.entries(each.extents).filter(([name]) => asked.includes(fieldOf(name))));
  try {
    const told = allExtents({ ...each, extents });
    return [...allExtents(each)].every(([name, extent]) => told.get(name) === extent);
  } catch {
    // An array that a window does not fill.
    return false;
  }
}

function indexSize(each: ArrayCase, identifier: string): number {
  const names = [...indexNames(...each.definitions.map(({ expression }) => expression))];
  const axes = each.definitions.flatMap(definition => definition.axes);
  const index = [...names, ...axes].find(name => fieldOf(name) === identifier) ?? identifier;
  return extentOf(allExtents(each), index);
}

function allExtents({ definitions, values, extents }: ArrayCase): ReadonlyMap<string, number> {
  const axes = new Map(definitions.map(each => [each.name, each.axes]));
  return extentsOf(
    definitions.map(({ expression }) => expression),
    name => shapeOf(values.get(name)) ?? axes.get(name),
    { extents },
  );
}

// How many elements each definition has; undefined of a number.
function sizesOf(each: ArrayCase): readonly (number | undefined)[] {
  const extents = allExtents(each);
  return each.definitions.map(({ axes }) =>
    axes.length === 0 ? undefined : axes.reduce((size, axis) => size * extentOf(extents, axis), 1),
  );
}

function split(cases: readonly ArrayCase[], printed: string): readonly Elements[] {
  const values = printed.trim().split(/\s+/).map(numberOf)[Symbol.iterator]();
  return cases.map(each =>
    sizesOf(each).flatMap((size = 1) => Array.from({ length: size }, () => values.next().value ?? Number.NaN)),
  );
}

const fieldOf = (name: string): string => name.replaceAll("'", "_prime");

const listOf = ({ data }: FlatArray, isInteger: boolean): string =>
  data.length === 0 ? "0" : Array.from(data, value => (isInteger ? String(value) : inC(value))).join(", ");

const argument = (value: number, isSize: boolean | undefined): string => (isSize === true ? String(value) : inC(value));
