import { type ArrowFunctionExpression, type Expression, type FunctionExpression, parse as parseProgram } from "acorn";
import { type ErrorCode, FluxionError } from "../expression/error.ts";
import { describe, type Expr, type FunctionRow, variable } from "../expression/expression.ts";
import { ownByName } from "../expression/own.ts";
import { functionValue } from "./javascript/body.ts";
import { newScope } from "./javascript/scope.ts";
import { failure as failureAt, type Source, unsupported } from "./javascript/source.ts";
import { errorAt } from "./message.ts";

/** What a function may call besides Math. */
export interface FromFunctionOptions {
  /** Functions of one's own, or of the table, which are called by their names. */
  readonly functions?: readonly FunctionRow[];
}

/**
 * The expression that a plain function computes of its parameters, which become the variables of their names:
 * `fromFunction((x, y) => 4 * x * y + Math.exp(-y))`. Given `f` or its text, for all numbers
 * `evaluate(fromFunction(f), { x, y })` is `f(x, y)`: the same double, but for the sign of zero behind `%` and
 * `Math.round`, and the last places of `Math.hypot`.
 *
 * The text is parsed, never run. Read are arithmetic, comparisons, `&&`, `||`, `!`, `?:`, all of Math that has a
 * derivative in the table, declarations of names for values, and `if` with `return`. A truth value counts as 1 or 0, and may
 * not be the result. What the text does not say, such as the value of a name from outside, is an error.
 *
 * Throws `syntax` for what is no function, `unbound-variable`, `unknown-function`, `arity`, `not-finite`, and
 * `unsupported` for all other JavaScript, each with the place; `too-long` where operations nest deeper than the stack lets
 * acorn go: some hundred parentheses, or some thousand terms of a sum, are safe everywhere.
 */
export function fromFunction(f: ((...values: number[]) => number) | string, options: FromFunctionOptions = {}): Expr {
  const { functions = [] } = options;
  if (!Array.isArray(functions)) {
    throw new FluxionError("bad-option", `functions is a list of functions, got ${describe(functions)}`);
  }
  const text = textOf(f);
  const { node, shift } = parsed(text);
  const source: Source = { text, shift, functions: ownByName(functions) };
  return functionValue(source, node, newScope(parametersOf(source, node), node.id?.name));
}

type FunctionNode = ArrowFunctionExpression | FunctionExpression;

function textOf(f: unknown): string {
  if (typeof f === "string") return f;
  if (typeof f !== "function") {
    throw new FluxionError("syntax", `fromFunction reads a function or its text, got ${describe(f)}`);
  }
  const text = Function.prototype.toString.call(f);
  if (/^[^{]*\{\s*\[native code\]\s*\}\s*$/.test(text)) {
    throw new FluxionError("unsupported", `${describe(f)} is built in or bound, and has no text to read`);
  }
  return text;
}

/** The function that a text holds, whose places are `shift` characters further on. */
interface Parsed {
  readonly node: FunctionNode;
  readonly shift: number;
}

// In parentheses, what would be a declaration is an expression; in braces as well, a method is one.
function parsed(text: string): Parsed {
  const plain = attempt(text, "(", "\n)");
  if ("expression" in plain) {
    const node = plain.expression;
    if (node?.type === "ArrowFunctionExpression" || node?.type === "FunctionExpression") return { node, shift: 1 };
    throw noFunction(text);
  }
  const method = attempt(text, "({", "\n})");
  // Of two errors, the one further on is that of the form that was meant.
  if (!("expression" in method)) throw plain.at >= method.at ? plain.error() : method.error();
  const [property, second] = method.expression?.type === "ObjectExpression" ? method.expression.properties : [];
  const isMethod = property?.type === "Property" && property.method && second === undefined;
  if (!isMethod || property.value.type !== "FunctionExpression") throw noFunction(text);
  return { node: property.value, shift: 2 };
}

/** The one expression that a text holds, undefined if it holds something else, or an error and where it is. */
type Attempt =
  | { readonly expression: Expression | undefined }
  | { readonly at: number; readonly error: () => FluxionError };

function attempt(text: string, before: string, after: string): Attempt {
  try {
    const { body } = parseProgram(before + text + after, { ecmaVersion: "latest", sourceType: "script" });
    const [statement, second] = body;
    const isOne = statement?.type === "ExpressionStatement" && second === undefined;
    return { expression: isOne ? statement.expression : undefined };
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
    const at = Math.min(Math.max(0, placeOf(error) - before.length), text.length);
    if (isOverflow(error)) {
      throw failure("too-long", "the function nests too deep to be parsed; divide it with const lines", text, at);
    }
    return { at, error: () => failure("syntax", error.message.replace(/ \(\d+:\d+\)$/, ""), text, at) };
  }
}

// Acorn recurses, and makes an error of its own of most overflows of the stack.
const isOverflow = (error: Error): boolean =>
  error instanceof RangeError || error.message.startsWith("Not enough stack space");

const placeOf = (error: Error): number => ("pos" in error && typeof error.pos === "number" ? error.pos : 0);

const failure = (code: ErrorCode, message: string, text: string, at: number): FluxionError =>
  errorAt(code, message, text, { start: at, end: Math.min(at + 1, text.length) });

const noFunction = (text: string): FluxionError =>
  failure("syntax", "expected the text of one function, as in (x, y) => 4 * x * y", text, 0);

function parametersOf(source: Source, node: FunctionNode): ReadonlyMap<string, Expr> {
  if (node.async) throw unsupported(source, node, "an asynchronous function");
  if (node.generator) throw unsupported(source, node, "a generator");
  const parameters = new Map<string, Expr>();
  for (const parameter of node.params) {
    if (parameter.type !== "Identifier") {
      throw failureAt(
        source,
        "unsupported",
        "a parameter is a plain name for one number, as in (x, y) => …",
        parameter,
      );
    }
    if (parameters.has(parameter.name)) {
      throw failureAt(source, "unsupported", `${parameter.name} names two parameters`, parameter);
    }
    parameters.set(parameter.name, variable(parameter.name));
  }
  return parameters;
}
