/**
 * Index notation, as a course on neural networks teaches it, derived by the engine: `npm run index-notation`, with `-- --steps`
 * line by line. Nothing here holds an answer; every form that is printed is evaluated beside another.
 */
import { parseArgs } from "node:util";
import { sections } from "./support/identities.ts";
import { isMain } from "./support/is-main.ts";
import { failures, page } from "./support/page.ts";

/** Prints all sections. Throws where two forms of one thing disagree. */
export function main(args: readonly string[] = []): void {
  const { values } = parseArgs({ args: [...args], options: { steps: { type: "boolean", default: false } } });
  const all = sections();
  console.log(page(all, values));
  const wrong = failures(all);
  if (wrong.length > 0) throw new Error(`forms disagree\n${wrong.join("\n")}`);
}

if (isMain(import.meta.url)) main(process.argv.slice(2));
