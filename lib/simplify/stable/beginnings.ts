import type { Call, Expr, FunctionRow } from "../../expression/expression.ts";
import {
  e as euler,
  exp,
  log,
  log1p,
  log2,
  log10,
  neg,
  pow,
  softplus,
  sqrt,
  square,
} from "../../expression/functions.ts";
import { isAdditive, isMultiplicative } from "../arithmetic.ts";
import { heads } from "./compiled.ts";

/**
 * Whether any rule may take anything: false only if none does. Of most expressions this is all that there is to do: a
 * network of `tanh` and squared errors has no sum with `1 - tanh(x)`. `inner` are the nodes that their one user sees through.
 */
export function mayBegin(order: readonly Expr[], inner: ReadonlySet<Expr>): boolean {
  const others = new Set<Expr>();
  for (const node of order) {
    if (node.kind !== "call") continue;
    if (always.has(node.fn) || (node.fn === pow && isRootOrExponential(node))) return true;
    if (heads().has(node.fn)) others.add(node);
  }
  if (others.size === 0) return false;
  return order.some(node => node.kind === "call" && !inner.has(node) && holdsPair(node, others, inner));
}

const always: ReadonlySet<FunctionRow> = new Set<FunctionRow>([exp, log, log1p, log2, log10, sqrt, softplus]);

function isRootOrExponential({ args: [base, exponent] }: Call): boolean {
  return base === euler || exponent?.kind !== "constant" || !Number.isInteger(exponent.value);
}

// In a product, any two such functions. In a sum, one beside a number or another one, or under factors that other terms
// have too. What has several users is not looked into: it may hold anything.
function holdsPair(root: Call, others: ReadonlySet<Expr>, inner: ReadonlySet<Expr>): boolean {
  const isBeginning = (factor: Expr): boolean => others.has(factor) || isAdditive(factor) || isMultiplicative(factor);
  if (isMultiplicative(root)) return leaves(root, isMultiplicative, inner).filter(isBeginning).length > 1;
  if (!isAdditive(root)) return false;
  const terms = leaves(root, isAdditive, inner).map(term =>
    isMultiplicative(term) ? leaves(term, isMultiplicative, inner) : [term],
  );
  const users = new Map<Expr, number>();
  for (const factors of terms) for (const factor of new Set(factors)) users.set(factor, (users.get(factor) ?? 0) + 1);
  const isBare = (factors: readonly Expr[]): boolean =>
    factors.every(factor => factor.kind === "constant" || isBeginning(factor));
  const hasSeveral = terms.filter(isBare).length > 1;
  const isShared = (factor: Expr): boolean => isBeginning(factor) || (users.get(factor) ?? 0) > 1;
  return terms.some(factors => {
    if (!factors.some(isBeginning)) return false;
    const rest = factors.filter(factor => factor.kind !== "constant" && !isBeginning(factor));
    return rest.length === 0 ? hasSeveral : rest.every(isShared);
  });
}

// The operands of a tree of sums, or of products, without their signs and powers.
function leaves(root: Expr, continues: (e: Expr) => boolean, inner: ReadonlySet<Expr>): Expr[] {
  const found: Expr[] = [];
  const pending = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (continues(node) && (node === root || inner.has(node))) pending.push(...node.args);
    else found.push(withoutPower(node));
  }
  return found;
}

function withoutPower(e: Expr): Expr {
  let base = e;
  while (base.kind === "call" && (base.fn === neg || base.fn === square || base.fn === pow))
    base = base.args[0] ?? base;
  return base;
}
