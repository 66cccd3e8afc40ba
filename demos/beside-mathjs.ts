/** Simplifications side by side with mathjs, as the table of the README: `npm run beside-mathjs` writes it there. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { simplify as simplifyByMathjs } from "mathjs";
import { differentiate } from "../lib/calculus/differentiate.ts";
import { agree } from "../lib/check/index.ts";
import type { Expr } from "../lib/expression/expression.ts";
import { countNodes } from "../lib/expression/fold.ts";
import { toString as textOf } from "../lib/print/text.ts";
import { simplify } from "../lib/simplify/simplify.ts";
import { parse } from "../lib/syntax/parse.ts";
import { isMain } from "./support/is-main.ts";

const derivative = (text: string): string => textOf(differentiate(parse(text), "x"));

/** What is simplified: some that either does well, and some that this field is known to get wrong. */
export const inputs: readonly string[] = [
  "sqrt(x^2)",
  "(x^2)^0.5",
  "(x^6)^(1/2)",
  "(x^2)^(1/2) + x",
  "log(x^2)",
  "exp(log(x))",
  "x / x",
  "a * x + a * y",
  "x - x*y + 2*x*y",
  "x * (x + 1) + 2 * (x + 1)",
  "(x + 1)^2 - x^2 - 2*x - 1",
  "0.1*x + 0.2*x",
  "sqrt(12) * x",
  "(x^2 * y + z * y) / y^4",
  "1 / (1 + 1 / (1 + 1 / x))",
  "sin(x)^2 + cos(x)^2",
  "abs(x) * abs(y) - abs(x * y)",
  derivative("4*x*y + exp(-1*y)"),
  derivative("x / (1 + x^2)"),
  derivative("log(1 + exp(x))"),
];

/** A result, its size as a tree, and a point at which it has not the input's value, if one was found. */
export interface Result {
  readonly text: string;
  readonly nodes: number;
  readonly differsAt: Readonly<Record<string, number>> | undefined;
}

/** What both make of an input. */
export interface Pair {
  readonly input: string;
  readonly fluxion: Result;
  readonly mathjs: Result;
}

/** All inputs, simplified by both. Both results are read and counted by one parser, and compared by one evaluation. */
export const compare = (): readonly Pair[] =>
  inputs.map(input => {
    const e = parse(input);
    const resultOf = (text: string): Result => {
      const result = parse(text);
      return { text, nodes: countNodes(result), differsAt: differenceOf(e, result) };
    };
    return { input, fluxion: resultOf(textOf(simplify(e))), mathjs: resultOf(simplifyByMathjs(input).toString()) };
  });

// At real points: negative ones too, which is where the roots of powers show.
const differenceOf = (input: Expr, result: Expr): Result["differsAt"] => agree(input, result, { runs: 200 })?.at;

/** The table, as Markdown. */
export function table(pairs: readonly Pair[]): string {
  const rows = pairs.map(({ input, fluxion, mathjs }) => [
    ...[code(input), code(fluxion.text), fluxion.nodes, kept(fluxion)],
    ...[code(mathjs.text), mathjs.nodes, kept(mathjs)],
  ]);
  const head = ["input", "Fluxion", "nodes", "value kept", "mathjs", "nodes", "value kept"];
  return [head, ["---", "---", "--:", "---", "---", "--:", "---"], ...rows]
    .map(cells => `| ${cells.join(" | ")} |`)
    .join("\n");
}

const code = (text: string): string => `\`${text}\``;

const kept = ({ differsAt }: Result): string =>
  differsAt === undefined
    ? "yes"
    : `no: ${Object.entries(differsAt)
        .map(([name, value]) => `${name} = ${value}`)
        .join(", ")}`;

/** `text` with a table between the markers. */
export function withTable(text: string, content: string): string {
  const [start, end] = ["<!-- beside-mathjs -->", "<!-- /beside-mathjs -->"];
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the README has no place for the table between ${start} and ${end}`);
  return `${text.slice(0, from + start.length)}\n\n${content}\n\n${text.slice(to)}`;
}

/** Where the table stands. */
export const readme: string = fileURLToPath(new URL("../README.md", import.meta.url));

if (isMain(import.meta.url)) {
  const made = table(compare());
  writeFileSync(readme, withTable(readFileSync(readme, "utf8"), made));
  console.log(made);
}
