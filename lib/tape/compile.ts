import { gradient } from "../calculus/gradient.ts";
import { FluxionError } from "../expression/error.ts";
import { asExpr, constant, describe, type Expr, type Operand, variable } from "../expression/expression.ts";
import { simplifyAll } from "../simplify/simplify.ts";
import { stabilise as stabilised } from "../simplify/stabilise.ts";
import { type BackendName, choose } from "./emit/choose.ts";
import { interpreter } from "./emit/interpreter.ts";
import { javascript } from "./emit/javascript.ts";
import { isFasterThanJavascript, webassembly } from "./emit/webassembly/straight-line.ts";
import { type Backend, type GradientFunction, recordStraightLine, type StraightLine } from "./straight-line.ts";

/** How an expression is compiled. */
export interface CompileOptions {
  /** Whether to rewrite what overflows or cancels in doubles first, as `stabilise` does; true unless said. */
  readonly stabilise?: boolean;
  /** Whether to simplify first, all results together; true unless said. */
  readonly simplify?: boolean;
  /**
   * What runs it, chosen by itself unless said: generated JavaScript, or WebAssembly above a thousand operations and where a
   * policy forbids generated code; the interpreter where it forbids both.
   */
  readonly backend?: BackendName;
}

/** One number for each name. */
export type Values<Names extends readonly string[]> = { -readonly [Position in keyof Names]: number };

/**
 * A scalar expression as a function of its variables, in the order of `parameters`. Every shared sub-expression is
 * computed once. Throws `unbound-variable` where a variable is no parameter, `unsupported` where the expression has
 * indices, `bad-option` where a parameter is no string or comes twice; the function throws `bad-value` when it is called
 * with too few numbers.
 */
export function compile<const Names extends readonly string[]>(
  e: Operand,
  parameters: Names,
  options: CompileOptions = {},
): (...values: Values<Names>) => number {
  const root = asExpr(e);
  const inputs = checkedNames(parameters);
  // Before simplification, which may drop what has no value.
  recordStraightLine([root], inputs);
  const tape = recordStraightLine(prepared([stable(root, options)], options), inputs);
  return using(options, tape, backend => backend.toFunction(tape));
}

/**
 * Value and whole gradient in one function over one shared graph, which allocates nothing: it fills the array of the
 * gradient, by position, and returns the value. `data` names the variables that are not differentiated by. Throws as
 * `compile` does; the function throws `bad-value` when it is given an array that is too short.
 */
export function compileGradient(
  e: Operand,
  parameters: readonly string[],
  data: readonly string[] = [],
  options: CompileOptions = {},
): GradientFunction {
  const root = asExpr(e);
  const inputs = checkedNames(parameters, data);
  recordStraightLine([root], inputs);
  // Before differentiation, so that the gradient is stable too.
  const value = stable(root, options);
  const tape = recordStraightLine(prepared([value, ...partials(value, parameters)], options), inputs);
  return using(options, tape, backend => backend.toGradient(tape, parameters.length));
}

const stable = (root: Expr, { stabilise = true }: CompileOptions): Expr => (stabilise ? stabilised(root) : root);

const prepared = (roots: readonly Expr[], { simplify = true }: CompileOptions): readonly Expr[] =>
  simplify ? simplifyAll(roots) : roots;

function using<F>({ backend }: CompileOptions, tape: StraightLine, build: (backend: Backend) => F): F {
  const isLong = isFasterThanJavascript(tape);
  return choose(backends, backend, isLong ? ["webassembly", "javascript"] : ["javascript", "webassembly"], build);
}

const backends: Readonly<Record<BackendName, Backend>> = { javascript, webassembly, interpreter };

function checkedNames(...lists: readonly (readonly string[])[]): readonly string[] {
  const names = new Set<string>();
  for (const list of lists) {
    if (!Array.isArray(list)) {
      throw new FluxionError("bad-option", `expected a list of variables' names, got ${describe(list)}`);
    }
    for (const name of list) {
      if (typeof name !== "string") {
        throw new FluxionError("bad-option", `a parameter is named by a string, got ${describe(name)}`);
      }
      if (names.has(name)) throw new FluxionError("bad-option", `the parameter ${name} is named twice`);
      names.add(name);
    }
  }
  return [...names];
}

function partials(root: Expr, parameters: readonly string[]): readonly Expr[] {
  // As variables: a scalar's name may look like the reading of an array, `W[j,k]`.
  const byName = gradient(
    root,
    parameters.map(name => variable(name)),
  );
  return parameters.map(name => byName[name] ?? constant(0));
}
