/** What `npm start` shows: a derivative, and a small network trained with it. */
import { differentiate } from "../lib/calculus/differentiate.ts";
import { evaluate } from "../lib/evaluate.ts";
import { variable } from "../lib/expression/expression.ts";
import { add, exp, mul } from "../lib/expression/functions.ts";
import * as print from "../lib/print/text.ts";
import { simplify } from "../lib/simplify/simplify.ts";
import { main as fivePoints } from "./five-points.ts";

const [x, y] = [variable("x"), variable("y")];
const f = add(mul(mul(4, x), y), exp(mul(-1, y)));
const derivative = differentiate(f, "x");

console.log(`f             = ${f}`);
console.log(`df/dx, raw    = ${print.toString(derivative, { parentheses: "all" })}`);
console.log(`df/dx         = ${simplify(derivative)}`);
console.log(`d²f/dxdy      = ${simplify(differentiate(derivative, "y"))}`);
console.log(`f at x=2, y=3 = ${evaluate(f, { x: 2, y: 3 })}\n`);

await fivePoints(process.argv.slice(2));
