import { type Call, constant, type Expr, type FunctionRow } from "../../expression/expression.ts";
import { add, div, mul, sub } from "../../expression/functions.ts";
import * as Q from "../../expression/rational.ts";
import { isAdditive, isMultiplicative } from "../arithmetic.ts";
import { type Assumptions, noAssumptions } from "../assume.ts";
import { isShort } from "../numbers.ts";
import type { Rule } from "../rule.ts";
import { factorsOf, type Part, productOf, sumOf, termsOf } from "./flat.ts";
import { applyRule } from "./match.ts";

/** What a rule makes of an expression. */
export interface Found {
  readonly rule: string;
  /** The rule as an equation, where it is one. */
  readonly law?: Rule;
  /** What it takes: the expression that was looked at, unless said. */
  readonly before?: Expr;
  readonly after: Expr;
}

/** Rules by what stands at the top of their left sides, and how they are tried. */
export interface Laws {
  readonly byTop: ReadonlyMap<FunctionRow, readonly Rule[]>;
  /** True if a rule that takes operands in their order goes before all that take them in another. */
  readonly inOrder: boolean;
  readonly assume: Assumptions;
}

export function lawsOf(rules: readonly Rule[], { inOrder = false, assume = noAssumptions }: Partial<Laws> = {}): Laws {
  const byTop = new Map<FunctionRow, Rule[]>();
  for (const rule of rules) {
    if (rule.from.kind !== "call") continue;
    const { fn } = rule.from;
    const list = byTop.get(fn);
    if (list === undefined) byTop.set(fn, [rule]);
    else list.push(rule);
  }
  return { byTop, inOrder, assume };
}

/** The first law that takes `e` as it stands, or the arithmetic of its numbers. */
export function stepHere(e: Expr, laws: Laws): Found | undefined {
  if (e.kind !== "call" || e.args.length === 0) return undefined;
  // What is divided by zero has no value, and is given none.
  if (isByZero(e) || e.args.some(isByZero)) return undefined;
  for (const orders of laws.inOrder ? [[false], [true]] : [[false, true]]) {
    const found = lawAt(e, laws, orders);
    if (found !== undefined) return found;
  }
  return arithmetic(e);
}

function lawAt(e: Call, { byTop, assume }: Laws, orders: readonly boolean[]): Found | undefined {
  // Of numbers, only 0 and 1 are more than arithmetic.
  const isNumeric = e.args.every(argument => argument.kind === "constant");
  for (const law of byTop.get(e.fn) ?? []) {
    if (isNumeric && !law.from.args.some(argument => argument.kind === "constant")) continue;
    for (const anyOrder of orders) {
      const after = applyRule(law, e, { anyOrder, assume });
      if (after !== undefined && after !== e) return { rule: law.name, law, after };
    }
  }
  return undefined;
}

/** The first law that takes two terms of a sum, or two factors of a product, wherever they stand in it. */
export function stepWithin(e: Expr, laws: Laws): Found | undefined {
  if (isAdditive(e)) return pairStep(termsOf(e), ofTerms, laws, e);
  if (isMultiplicative(e)) return pairStep(factorsOf(e), ofFactors, laws, e);
  return undefined;
}

const isByZero = (e: Expr): boolean => e.kind === "call" && e.fn === div && e.args[1] === constant(0);

function arithmetic(e: Expr): Found | undefined {
  if (e.kind !== "call" || e.fn.exact === undefined) return undefined;
  const values: Q.Rational[] = [];
  for (const argument of e.args) {
    if (argument.kind !== "constant") return undefined;
    values.push(Q.exactValue(argument.value));
  }
  const exact = e.fn.exact(...values);
  const value = exact === undefined || !isShort(exact) ? undefined : Q.toDouble(exact);
  return value === undefined ? undefined : { rule: "arithmetic", after: constant(value) };
}

/** How two parts are put together, and how all are. */
interface Arrangement {
  readonly together: (a: Expr, b: Expr) => Expr;
  readonly apart: (a: Expr, b: Expr) => Expr;
  readonly parts: (e: Expr) => readonly Part[];
  readonly whole: (parts: readonly Part[]) => Expr;
  /** What is left out beside others. */
  readonly neutral: Expr;
}

const ofTerms: Arrangement = { together: add, apart: sub, parts: termsOf, whole: sumOf, neutral: constant(0) };
const ofFactors: Arrangement = { together: mul, apart: div, parts: factorsOf, whole: productOf, neutral: constant(1) };

// All pairs of a longer list are too many to try.
const mostParts = 24;

function pairStep(parts: readonly Part[], arrangement: Arrangement, laws: Laws, e: Expr): Found | undefined {
  if (parts.length < 2 || parts.length > mostParts) return undefined;
  for (const [i, first] of parts.entries()) {
    for (let j = i + 1; j < parts.length; j++) {
      const second = parts[j];
      const found = second === undefined ? undefined : joined(first, second, arrangement, laws);
      if (found === undefined) continue;
      const others = parts.flatMap((part, k) => (k === i ? found.parts : k === j ? [] : [part]));
      const kept = others.filter(part => part.e !== arrangement.neutral);
      const after = arrangement.whole(kept.length === 0 ? others.slice(0, 1) : kept);
      if (after !== e) return { ...found.step, after };
    }
  }
  return undefined;
}

interface Joined {
  readonly step: Found;
  readonly parts: readonly Part[];
}

function joined(first: Part, second: Part, { together, apart, parts }: Arrangement, laws: Laws): Joined | undefined {
  const isSame = first.isInverse === second.isInverse;
  const [a, b] = first.isInverse && !isSame ? [second.e, first.e] : [first.e, second.e];
  const pair = isSame ? together(a, b) : apart(a, b);
  const step = stepHere(pair, laws);
  if (step === undefined) return undefined;
  const isInverse = isSame && first.isInverse;
  return {
    step,
    parts: parts(step.after).map(part => ({ e: part.e, isInverse: part.isInverse !== isInverse })),
  };
}
