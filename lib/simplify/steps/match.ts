import { type Expr, rebuild } from "../../expression/expression.ts";
import type { Assumptions } from "../assume.ts";
import type { Rule } from "../rule.ts";
import { holds } from "../rules.ts";

/** How spelling may differ from that of a rule, and what may be relied on. */
export interface Matching {
  /** True if commutative operands may stand in another order. */
  readonly anyOrder: boolean;
  readonly assume: Assumptions;
}

/** What a rule makes of an expression that is spelled as its left side is. */
export function applyRule(rule: Rule, e: Expr, { anyOrder, assume }: Matching): Expr | undefined {
  const bindings = new Map<string, Expr>();
  if (!matches(rule.from, e, bindings, anyOrder) || !holds(rule, bindings, assume)) return undefined;
  return instantiate(rule.to, bindings);
}

// As deep as the pattern, which its author wrote.
function matches(pattern: Expr, e: Expr, bindings: Map<string, Expr>, anyOrder: boolean): boolean {
  if (pattern.kind === "variable") {
    const bound = bindings.get(pattern.name);
    if (bound === undefined) bindings.set(pattern.name, e);
    return bound === undefined || isSame(bound, e, anyOrder ? 6 : 0);
  }
  if (pattern.kind !== "call" || pattern.args.length === 0) return pattern === e;
  if (e.kind !== "call" || e.fn !== pattern.fn) return false;
  const orders = anyOrder && pattern.fn.commutative === true ? [e.args, e.args.toReversed()] : [e.args];
  const before = [...bindings];
  for (const args of orders) {
    const isMatch = pattern.args.every((part, i) => {
      const argument = args[i];
      return argument !== undefined && matches(part, argument, bindings, anyOrder);
    });
    if (isMatch) return true;
    bindings.clear();
    for (const [letter, bound] of before) bindings.set(letter, bound);
  }
  return false;
}

// Equal up to the order of commutative operands, some levels down.
function isSame(a: Expr, b: Expr, depth: number): boolean {
  if (a === b) return true;
  if (depth === 0 || a.size !== b.size || a.kind !== "call" || b.kind !== "call" || a.fn !== b.fn) return false;
  const orders = a.fn.commutative === true ? [b.args, b.args.toReversed()] : [b.args];
  return orders.some(args =>
    a.args.every((argument, i) => {
      const other = args[i];
      return other !== undefined && isSame(argument, other, depth - 1);
    }),
  );
}

function instantiate(pattern: Expr, bindings: ReadonlyMap<string, Expr>): Expr {
  if (pattern.kind === "variable") return bindings.get(pattern.name) ?? pattern;
  return rebuild(
    pattern,
    pattern.args.map(part => instantiate(part, bindings)),
  );
}
