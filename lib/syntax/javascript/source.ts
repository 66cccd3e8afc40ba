import type { AnyNode } from "acorn";
import type { ErrorCode, FluxionError } from "../../expression/error.ts";
import type { Expr, FunctionRow } from "../../expression/expression.ts";
import { errorAt } from "../message.ts";

/** The text of a function, and what is needed to understand it. */
export interface Source {
  readonly text: string;
  /** How much further on than in the text the parser saw everything. */
  readonly shift: number;
  /** The functions that may be called by their names. */
  readonly functions: ReadonlyMap<string, FunctionRow>;
}

/**
 * What a piece of JavaScript comes to. A truth value is 1 or 0; `mixed` is a truth value or a number, as the case may be;
 * `nothing` is what a statement leaves that does not return.
 */
export interface Value {
  readonly type: "number" | "truth" | "mixed" | "nothing";
  readonly expression: Expr;
}

/** A place in the parsed text. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** Part of a translation: it yields the parts that it needs the values of, and returns its own. */
export type Step = Generator<Step, Value, Value>;

/** The value of a step, its parts run on a stack of their own: depth costs memory and no recursion. */
export function run(first: Step, nothing: Value): Value {
  const pending: Step[] = [first];
  let value = nothing;
  for (let step = pending.at(-1); step !== undefined; step = pending.at(-1)) {
    const next = step.next(value);
    if (next.done === true) {
      pending.pop();
      value = next.value;
    } else pending.push(next.value);
  }
  return value;
}

/** An error at a place of the function's text. */
export const failure = (source: Source, code: ErrorCode, message: string, { start, end }: Place): FluxionError =>
  errorAt(code, message, source.text, { start: start - source.shift, end: end - source.shift });

/** The error of JavaScript that has no formula. */
export const unsupported = (source: Source, place: Place, what: string, hint = ""): FluxionError =>
  failure(source, "unsupported", `${what} has no formula${hint === "" ? "" : `; ${hint}`}`, place);

/** The error of a kind of JavaScript that has no formula. */
export function unsupportedKind(source: Source, node: AnyNode): FluxionError {
  // `ForOfStatement` is a "for of statement".
  const name = node.type.replaceAll(/(?<=[a-z])[A-Z]/g, letter => ` ${letter.toLowerCase()}`).toLowerCase();
  const [what, hint] = words.get(node.type) ?? [`what JavaScript calls ${/^[aeiou]/.test(name) ? "an" : "a"} ${name}`];
  return unsupported(source, node, what, hint);
}

type Words = readonly [what: string, hint?: string];
const loop: Words = ["a loop", "write out what it computes"];
const assignment: Words = ["an assignment", "give each value a const of its own"];
const inner: Words = ["a function within a function", "write out what it computes"];
const words: ReadonlyMap<string, Words> = new Map<string, Words>([
  ["ForStatement", loop],
  ["ForInStatement", loop],
  ["ForOfStatement", loop],
  ["WhileStatement", loop],
  ["DoWhileStatement", loop],
  ["AssignmentExpression", assignment],
  ["UpdateExpression", assignment],
  ["ArrowFunctionExpression", inner],
  ["FunctionExpression", inner],
  ["FunctionDeclaration", inner],
  ["SwitchStatement", ["a switch", "write if and return"]],
  ["TemplateLiteral", ["a text"]],
  ["ArrayExpression", ["an array", "there are numbers only"]],
  ["ObjectExpression", ["an object", "there are numbers only"]],
  ["SequenceExpression", ["a comma between values", "only the last one counts"]],
  ["ExpressionStatement", ["a statement without effect on the result", "leave it out"]],
  ["ThisExpression", ["this", "there are numbers only"]],
]);
