import type {
  ArrowFunctionExpression,
  Expression,
  FunctionExpression,
  IfStatement,
  Statement,
  VariableDeclaration,
} from "acorn";
import { constant, type Expr } from "../../expression/expression.ts";
import { bindingOf, innerScope, type Scope } from "./scope.ts";
import {
  failure,
  type Place,
  run,
  type Source,
  type Step,
  unsupported,
  unsupportedKind,
  type Value,
} from "./source.ts";
import { choice, condition, readValue } from "./value.ts";

/** What a function returns, given its parameters. */
export function functionValue(
  source: Source,
  { body, start, end }: ArrowFunctionExpression | FunctionExpression,
  parameters: Scope,
): Expr {
  const step =
    body.type === "BlockStatement"
      ? block(source, body.body, parameters, nothing, true)
      : readValue(source, body, parameters);
  const { type, expression } = run(step, nothing);
  if (type === "number") return expression;
  const place = { start, end };
  if (type === "nothing") throw unsupported(source, place, "a function that may end without return");
  throw failure(source, "unsupported", "the result is true or false; for 1 or 0 write +(…) or … ? 1 : 0", place);
}

const nothing: Value = { type: "nothing", expression: constant(0) };

/** What the statements of a block return; where they return nothing, `otherwise`, which is what comes behind the block. */
function* block(source: Source, body: readonly Statement[], outer: Scope, otherwise: Value, isWhole = false): Step {
  return yield statements(source, body, 0, innerScope(outer, declaredIn(source, body, outer, isWhole)), otherwise);
}

function* statements(source: Source, body: readonly Statement[], from: number, scope: Scope, otherwise: Value): Step {
  for (let i = from; i < body.length; i++) {
    const statement = body[i] as Statement;
    switch (statement.type) {
      case "EmptyStatement":
        break;
      case "VariableDeclaration":
        yield declaration(source, statement, scope);
        break;
      case "ReturnStatement":
        return yield returned(source, statement, statement.argument, scope);
      case "IfStatement":
        // What follows is what both branches come to that do not return: it is read once, and shared.
        return yield branches(source, statement, scope, yield statements(source, body, i + 1, scope, otherwise));
      case "BlockStatement":
        return yield block(source, statement.body, scope, yield statements(source, body, i + 1, scope, otherwise));
      case "ExpressionStatement":
        if (typeof statement.directive === "string") break;
        throw unsupportedKind(source, isEffect(statement.expression) ? statement.expression : statement);
      default:
        throw unsupportedKind(source, statement);
    }
  }
  return otherwise;
}

const isEffect = ({ type }: Expression): boolean => type === "AssignmentExpression" || type === "UpdateExpression";

function* returned(source: Source, place: Place, argument: Expression | null | undefined, scope: Scope): Step {
  if (argument === null || argument === undefined) throw unsupported(source, place, "a return without a value");
  return yield readValue(source, argument, scope);
}

function* branches(source: Source, node: IfStatement, scope: Scope, otherwise: Value): Step {
  const test = condition(yield readValue(source, node.test, scope));
  const taken = yield block(source, [node.consequent], scope, otherwise);
  const other = node.alternate ? yield block(source, [node.alternate], scope, otherwise) : otherwise;
  if (taken.type === "nothing" || other.type === "nothing") {
    const hint = "return a value on every way through";
    throw unsupported(source, node, "an if that may leave the function without a result", hint);
  }
  return choice(test, taken, other);
}

function* declaration(source: Source, node: VariableDeclaration, scope: Scope): Step {
  for (const { id, init } of node.declarations) {
    const binding = id.type === "Identifier" ? bindingOf(scope, id.name) : undefined;
    if (binding !== undefined && init) binding.value = yield readValue(source, init, scope);
  }
  return nothing;
}

/** The names that the lines of a block declare. Nothing is ever assigned, so `let` and `var` are as good as `const`. */
function declaredIn(
  source: Source,
  body: readonly Statement[],
  outer: Scope,
  isWhole: boolean,
): readonly { readonly name: string; readonly at: Place }[] {
  const found: { readonly name: string; readonly at: Place }[] = [];
  const names = new Set<string>();
  for (const statement of body) {
    // These count in all of their block, also below what returns.
    if (statement.type === "FunctionDeclaration" || statement.type === "ClassDeclaration") {
      throw unsupportedKind(source, statement);
    }
    if (statement.type !== "VariableDeclaration") continue;
    for (const declarator of statement.declarations) {
      const { id, init } = declarator;
      if (id.type !== "Identifier") throw unsupported(source, id, "destructuring", "declare one name at a time");
      if (!init) throw unsupported(source, declarator, `a declaration of ${id.name} without a value`);
      // A var is one for the whole function: what it means within a block, or a second time, depends on what ran before.
      if (statement.kind === "var" && (!isWhole || names.has(id.name) || outer.names.has(id.name))) {
        throw unsupported(source, declarator, "a var within a block, or of a name in use", "write const");
      }
      names.add(id.name);
      found.push({ name: id.name, at: declarator });
    }
  }
  return found;
}
