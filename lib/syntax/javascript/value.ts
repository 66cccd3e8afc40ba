import type {
  BinaryExpression,
  CallExpression,
  Expression,
  Identifier,
  Literal,
  LogicalExpression,
  SpreadElement,
  Super,
  UnaryExpression,
} from "acorn";
import { call, constant, type Expr } from "../../expression/expression.ts";
import {
  abs,
  add,
  and,
  conditional,
  div,
  equal,
  greater,
  greaterOrEqual,
  less,
  lessOrEqual,
  mod,
  mul,
  neg,
  not,
  notEqual,
  or,
  pow,
  sub,
} from "../../expression/functions.ts";
import { suggestion } from "../../expression/nearest.ts";
import { mathCall, mathConstant } from "./math.ts";
import { bindingOf, namesIn, type Scope } from "./scope.ts";
import { failure, type Source, type Step, unsupported, unsupportedKind, type Value } from "./source.ts";

/** What an expression of JavaScript comes to. */
export function* readValue(source: Source, node: Expression, scope: Scope): Step {
  switch (node.type) {
    case "Literal":
      return literal(source, node);
    case "Identifier":
      return named(source, node, scope);
    case "UnaryExpression":
      return unary(source, node, yield readValue(source, node.argument, scope));
    case "BinaryExpression": {
      if (node.left.type === "PrivateIdentifier") throw unsupportedKind(source, node.left);
      const left = yield readValue(source, node.left, scope);
      return binary(source, node, left, yield readValue(source, node.right, scope));
    }
    case "LogicalExpression": {
      const left = yield readValue(source, node.left, scope);
      return logical(source, node, left, yield readValue(source, node.right, scope));
    }
    case "ConditionalExpression": {
      const test = condition(yield readValue(source, node.test, scope));
      const taken = yield readValue(source, node.consequent, scope);
      return choice(test, taken, yield readValue(source, node.alternate, scope));
    }
    case "MemberExpression": {
      const member = memberOfMath(node, scope);
      if (member === undefined) throw unsupported(source, node, "a property", "of objects, only Math is known");
      return number(mathConstant(source, node, member));
    }
    case "CallExpression": {
      const args: Expr[] = [];
      for (const argument of node.arguments) {
        if (argument.type === "SpreadElement") throw unsupportedKind(source, argument);
        args.push((yield readValue(source, argument, scope)).expression);
      }
      return number(called(source, node, args, scope));
    }
    default:
      throw unsupportedKind(source, node);
  }
}

/** A value as JavaScript takes it for a condition: 0 and NaN are false. */
export const condition = ({ type, expression }: Value): Expr =>
  type === "truth" ? expression : greater(abs(expression), 0);

/** One of two values. */
export const choice = (test: Expr, taken: Value, other: Value): Value => ({
  type: taken.type === other.type ? taken.type : "mixed",
  expression: conditional(test, taken.expression, other.expression),
});

const number = (expression: Expr): Value => ({ type: "number", expression });
const truth = (expression: Expr): Value => ({ type: "truth", expression });

function literal(source: Source, node: Literal): Value {
  const { value } = node;
  if (typeof value === "boolean") return truth(constant(value ? 1 : 0));
  if (typeof value !== "number") throw unsupported(source, node, node.bigint ? "a big integer" : `${node.raw}`);
  if (!Number.isFinite(value)) {
    throw failure(source, "not-finite", `${node.raw} is beyond the largest number, and a constant is finite`, node);
  }
  return number(constant(value));
}

function named(source: Source, node: Identifier, scope: Scope): Value {
  const { name } = node;
  const binding = bindingOf(scope, name);
  if (binding?.value !== undefined && node.start >= binding.from) return binding.value;
  if (binding !== undefined) throw failure(source, "unbound-variable", `${name} is read before it has a value`, node);
  if (name === "NaN" || name === "Infinity") {
    throw failure(
      source,
      "not-finite",
      `a constant is a finite number, and ${name} is none; make it a parameter`,
      node,
    );
  }
  if (source.functions.has(name)) throw unsupported(source, node, `${name} without a call`, `write ${name}(…)`);
  const hint = suggestion(name, namesIn(scope)) || "; what comes from outside has to be a parameter";
  throw failure(source, "unbound-variable", `${name} is no parameter and no const of the function${hint}`, node);
}

function unary(source: Source, node: UnaryExpression, argument: Value): Value {
  const { expression } = argument;
  switch (node.operator) {
    case "+":
      return number(expression);
    case "-": {
      const isLiteral = expression.kind === "constant" && expression.value !== 0;
      return number(isLiteral ? constant(-expression.value) : neg(expression));
    }
    case "!":
      return truth(not(condition(argument)));
    default:
      throw unsupported(source, node, `the operator ${node.operator}`);
  }
}

function binary(source: Source, node: BinaryExpression, left: Value, right: Value): Value {
  const [x, y] = [left.expression, right.expression];
  switch (node.operator) {
    case "%":
      return number(remainder(x, y));
    case "===":
    case "!==":
      // A number is never identical to a truth value, though it may be equal to one.
      if (left.type !== right.type || left.type === "mixed") {
        throw unsupported(source, node, `${node.operator} between a number and a truth value`);
      }
      return truth(node.operator === "===" ? equal(x, y) : notEqual(x, y));
  }
  const arithmetic = arithmetics.get(node.operator);
  if (arithmetic !== undefined) return number(arithmetic(x, y));
  const comparison = comparisons.get(node.operator);
  if (comparison !== undefined) return truth(comparison(x, y));
  throw unsupported(source, node, `the operator ${node.operator}`);
}

const arithmetics: ReadonlyMap<string, (x: Expr, y: Expr) => Expr> = new Map([
  ["+", add],
  ["-", sub],
  ["*", mul],
  ["/", div],
  ["**", pow],
]);

const comparisons: ReadonlyMap<string, (x: Expr, y: Expr) => Expr> = new Map([
  ["<", less],
  ["<=", lessOrEqual],
  [">", greater],
  [">=", greaterOrEqual],
  ["==", equal],
  ["!=", notEqual],
]);

// The sign is that of the dividend, where that of `mod` is the divisor's; and by 0 there is none.
function remainder(x: Expr, y: Expr): Expr {
  const divisor = y.kind === "constant" ? constant(Math.abs(y.value)) : abs(y);
  const signed = conditional(less(x, 0), neg(mod(neg(x), divisor)), mod(x, divisor));
  return y.kind === "constant" && y.value !== 0 ? signed : conditional(equal(y, 0), div(0, 0), signed);
}

function logical(source: Source, node: LogicalExpression, left: Value, right: Value): Value {
  const areTruths = left.type === "truth" && right.type === "truth";
  switch (node.operator) {
    case "&&":
      return areTruths ? truth(and(left.expression, right.expression)) : choice(condition(left), right, left);
    case "||":
      return areTruths ? truth(or(left.expression, right.expression)) : choice(condition(left), left, right);
    default:
      throw unsupported(source, node, `the operator ${node.operator}`);
  }
}

function called(source: Source, node: CallExpression, args: readonly Expr[], scope: Scope): Expr {
  const { callee } = node;
  const member = memberOfMath(callee, scope);
  if (member !== undefined) return mathCall(source, node, member, args);
  if (callee.type !== "Identifier" || bindingOf(scope, callee.name) !== undefined) {
    throw unsupported(source, node, "a call of what is no function of Math");
  }
  const row = source.functions.get(callee.name);
  if (row === undefined) {
    const hint = suggestion(callee.name, source.functions.keys());
    const ways = "functions of Math are called, and those that are given as { functions }";
    throw failure(source, "unknown-function", `${callee.name} is not known here${hint}; ${ways}`, callee);
  }
  if (args.length !== row.arity) {
    const wanted = `${row.arity} argument${row.arity === 1 ? "" : "s"}`;
    throw failure(source, "arity", `${row.name} takes ${wanted}, got ${args.length}`, node);
  }
  return call(row, args);
}

/** The name behind `Math.`, where Math is the one that everybody knows. */
function memberOfMath(node: Expression | Super | SpreadElement, scope: Scope): string | undefined {
  if (node.type !== "MemberExpression" || node.computed || node.optional) return undefined;
  const { object, property } = node;
  const isMath = object.type === "Identifier" && object.name === "Math" && bindingOf(scope, "Math") === undefined;
  return isMath && property.type === "Identifier" ? property.name : undefined;
}
