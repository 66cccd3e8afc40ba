import { constructorOf, type Unary } from "../expression/constructor.ts";
import { FluxionError } from "../expression/error.ts";
import {
  asExpr,
  type Call,
  constant,
  type Expr,
  type Operand,
  type Variable,
  variable,
} from "../expression/expression.ts";
import { topologicalOrder } from "../expression/fold.ts";
import { add, conditional } from "../expression/functions.ts";
import { toLatex } from "../print/latex.ts";
import type { Step } from "../print/steps.ts";
import { conditionsOf } from "../simplify/conditions.ts";
import { type Explanation, explain } from "../simplify/explain.ts";
import { replaced, stepOf } from "../simplify/steps/rounds.ts";
import { dependents } from "./dependents.ts";
import { element, ofCall, ofReduction, prepared, type Target, targetOf } from "./derivative.ts";
import { differentiate } from "./differentiate.ts";
import { newMemory } from "./product.ts";

/**
 * `simplify(differentiate(e, variable))` and how a textbook gets there: the rules of differentiation by their names, from
 * the outermost part inwards, then those of `explain`. What is still to be differentiated is a call of `d/dx`, which has
 * no value. The conditions are those under which `e` and its derivative have a value. Throws as `differentiate` does.
 */
export function explainDerivative(e: Operand, variable: string | Variable): Explanation {
  const by = targetOf(variable);
  const root = prepared(asExpr(e), by);
  const raw = differentiate(e, variable);
  const marker = derivativeBy(by);
  const from = marker(root);
  const differentiation = rulesApplied(from, marker, by, raw);
  const { result, steps } = explain(raw);
  const lines = differentiation.at(-1)?.line ?? 0;
  return Object.freeze({
    result,
    from,
    steps: Object.freeze([...differentiation, ...steps.map(step => stepOf({ ...step, line: step.line + lines }))]),
    conditions: conditionsOf(add(e, raw), result),
  });
}

const mostSteps = 300;
const mostVisits = 150_000;

// Each line differentiates every part that the last one left.
function rulesApplied(from: Expr, marker: Unary, by: Target, raw: Expr): readonly Step[] {
  const steps: Step[] = [];
  const ruleOf = rulesAt(from, marker, by);
  let [whole, line, visits] = [from, 0, 0];
  for (;;) {
    const order = topologicalOrder(whole);
    const open = inReadingOrder(whole).flatMap(node => (node.kind === "call" && node.fn === marker ? [node] : []));
    if (open.length === 0 || steps.length + open.length > mostSteps || visits > mostVisits) break;
    visits += order.length * open.length;
    line++;
    for (const before of open) {
      const { rule, after } = ruleOf(before);
      whole = replaced(whole, before, after);
      steps.push(stepOf({ rule, before, after, whole, line }));
    }
  }
  // What a choice leaves out does not count, however large: products with such a factor are choices themselves.
  if (whole !== raw) {
    const isOpen = topologicalOrder(whole).some(node => node.kind === "call" && node.fn === marker);
    const rule = isOpen ? "differentiate" : "only what is chosen counts";
    steps.push(stepOf({ rule, before: whole, after: raw, whole: raw, line: line + 1 }));
  }
  return steps;
}

interface Applied {
  readonly rule: string;
  readonly after: Expr;
}

function rulesAt(from: Expr, marker: Unary, by: Target): (open: Call) => Applied {
  const depends = dependents(from, new Set([by.name]));
  const memory = newMemory();
  const d = (e: Expr): Expr => (depends.has(e) ? marker(e) : zero);
  return ({ args: [node = zero] }) => {
    switch (node.kind) {
      case "constant":
      case "delta":
      case "extent":
        return ofConstant;
      case "variable":
        return node.name === by.name ? { rule: `derivative of ${node}`, after: element(node, by) } : ofConstant;
      case "reduction":
        if (!depends.has(node)) return ofConstant;
        return {
          rule: `derivative of a ${nounOf(node.operation)}`,
          after: ofReduction(node, marker(node.body), depends, memory),
        };
      case "call": {
        if (node.fn.range === "truth") return { rule: "constant in pieces", after: zero };
        const [condition = zero, taken = zero, other = zero] = node.args;
        if (node.fn === conditional) return { rule: "each branch", after: conditional(condition, d(taken), d(other)) };
        return {
          rule: nameOfRule(node, depends),
          after: ofCall(
            node,
            node.args.map(argument => marker(argument)),
            depends,
            memory,
          ),
        };
      }
    }
  };
}

const zero = constant(0);
const ofConstant: Applied = { rule: "derivative of a constant", after: zero };
const nounOf = (operation: string): string => (operation === "sum" ? "sum over an index" : operation);

// A rule of its own has no chain rule; nor has a function of the variable itself.
function nameOfRule({ fn, args }: Call, depends: ReadonlySet<Expr>): string {
  const own = fn.rule ?? `derivative of ${fn.name}`;
  const isChain =
    fn.differential === undefined && args.some(argument => depends.has(argument) && argument.args.length > 0);
  return isChain ? `chain rule, ${own}` : own;
}

function inReadingOrder(root: Expr): readonly Expr[] {
  const reached = new Set<Expr>();
  const pending = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (reached.has(node)) continue;
    reached.add(node);
    for (const argument of node.args.toReversed()) pending.push(argument);
  }
  return [...reached];
}

/** The derivative that is still to be taken. */
function derivativeBy({ name, indices }: Target): Unary {
  const unknown = (): never => {
    throw new FluxionError(
      "unsupported",
      "a derivative that is still to be taken has no value; explainDerivative takes it",
    );
  };
  const by = variable(name, ...indices);
  return constructorOf(`d/d${by}`, 1, {
    evaluate: unknown,
    derivatives: [unknown],
    notation: `d/d${by}`,
    latex: `\\frac{d}{d${toLatex(by)}}`,
  });
}
