/** Draws the graph of `4*x*y + exp(-1*y)`, of its derivative as the rules give it, and of the simplified one. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { differentiate } from "../lib/calculus/differentiate.ts";
import { layOut } from "../lib/cli/layout.ts";
import type { Expr } from "../lib/expression/expression.ts";
import { toDot } from "../lib/print/dot.ts";
import { simplify } from "../lib/simplify/simplify.ts";
import { parse } from "../lib/syntax/parse.ts";
import { isMain } from "./support/is-main.ts";

const expression = parse("4*x*y + exp(-1*y)");
const derivative = differentiate(expression, "x");

/** What is drawn, by the name of the file. */
export const drawn: ReadonlyMap<string, Expr> = new Map([
  ["expression.svg", expression],
  ["derivative-raw.svg", derivative],
  ["derivative-simplified.svg", simplify(derivative)],
]);

/** The folder of the pictures. */
export const folder: string = fileURLToPath(new URL("pictures", import.meta.url));

/** The text of a file. */
export const picture = async (e: Expr): Promise<string> => `${await layOut(toDot(e))}\n`;

if (isMain(import.meta.url)) {
  mkdirSync(folder, { recursive: true });
  for (const [file, e] of drawn) {
    writeFileSync(join(folder, file), await picture(e));
    console.log(`demos/pictures/${file}  ${e}`);
  }
}
