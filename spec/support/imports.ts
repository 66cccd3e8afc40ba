import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";

/** Paths of the files under `folder` that end in `ending`, relative to it, with slashes, sorted. */
export function filesUnder(folder: string, ending: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map(path => path.split(sep).join("/"))
    .filter(path => path.endsWith(ending))
    .sort();
}

/** What a file imports and re-exports, types too, each module as it is written there. */
export function importsOf(folder: string, file: string): readonly string[] {
  const text = readFileSync(join(folder, file), "utf8").replaceAll(comments, "");
  return [statements, bare, calls].flatMap(form => [...text.matchAll(form)].map(match => String(match[1])));
}

// Block comments, and lines that are a comment from their start: a later `//` may stand in a string.
const comments = /^[ \t]*\/\*[\s\S]*?\*\/|^[ \t]*\/\/.*$/gm;
// import a, { b } from "c"; export * as d from "e"
const statements =
  /^[ \t]*(?:import|export)\b[ \t]*(?:type\b)?[\w$\s,]*(?:\*[\w$\s]*|\{[^}]*\})?\s*from\s*["']([^"'\n]+)["']/gm;
// import "f"
const bare = /^[ \t]*import\s*["']([^"'\n]+)["']/gm;
// import("g"), require("h"), also in a type
const calls = /\b(?:import|require|getBuiltinModule)\s*\(\s*["']([^"'\n]+)["']/g;
