import { asExpr, type Expr, type Operand } from "../expression/expression.ts";
import { countDistinctNodes, topologicalOrder } from "../expression/fold.ts";
import { log } from "../expression/functions.ts";
import type { Derivation, Step } from "../print/steps.ts";
import { isAdditive } from "./arithmetic.ts";
import { readAssumptions } from "./assume.ts";
import { conditionsOf } from "./conditions.ts";
import { once } from "./once.ts";
import { rulesOf, tableRules } from "./rule.ts";
import { type SimplifyOptions, simplify } from "./simplify.ts";
import { stabilisations, stabilise } from "./stabilise.ts";
import { annihilations, elementary, expansions, logarithms } from "./steps/elementary.ts";
import { factorsOf, sumOf, termsOf } from "./steps/flat.ts";
import { expandTowards, nameOfChange, usualForm } from "./steps/large.ts";
import { type Bounds, type Moves, replaced, stepOf, type Walk, walk } from "./steps/rounds.ts";
import { shapes } from "./steps/shape.ts";
import { type Found, lawsOf, stepHere, stepWithin } from "./steps/small.ts";

/** How to simplify, and where to end. */
export interface ExplainOptions extends SimplifyOptions {
  /** Ends at what does not overflow: logarithms are taken apart, and `log(1 + exp(x))` becomes `softplus(x)`. */
  readonly stabilise?: boolean;
}

/** A result with what leads to it. */
export interface Explanation extends Derivation {
  readonly result: Expr;
  readonly steps: readonly Step[];
  /** What the expression needs to have a value and the result does not. */
  readonly conditions: readonly Expr[];
}

/**
 * What `simplify` makes of `e`, with `stabilise` what it makes of the stabilised `e`, and how a textbook gets there: each
 * step rewrites one part by a rule that it names, the first begins at `e` and the last ends at the result. Where that
 * would be more than a few hundred steps, the last one is `simplify` and takes all the rest.
 */
export function explain(e: Operand, { stabilise: isStable = false, ...options }: ExplainOptions = {}): Explanation {
  const root = asExpr(e);
  const result = simplify(isStable ? stabilise(root) : root, options);
  // The identities of the user's functions are rules as those of the table are; `simplify` knows them by itself.
  const known = root.ownFunctions.flatMap(rulesOf).filter(({ lowers }) => lowers !== undefined);
  const own = { ...options, rules: [...(options.rules ?? []), ...known] };
  const { steps, whole } = isStable ? stableWalk(root, own) : walk(root, plainMoves(own), bounds);
  return Object.freeze({
    from: root,
    result,
    steps: Object.freeze([...steps, ...lastStep(steps, whole, result)]),
    conditions: Object.freeze(conditionsOf(root, result, options)),
  });
}

const bounds: Bounds = { steps: 300, visits: 150_000 };

// Simplifying each part alone takes time as the square of the depth: parts of so many nodes in all.
const mostSearched = 6_000;

const first = once(() => lawsOf(annihilations()));
const expanding = once(() => lawsOf(expansions(), { inOrder: true }));

// What no law takes is simplified for itself, and named by what that changes.
function plainMoves(options: SimplifyOptions): Moves {
  const { rules = [], assume } = options;
  const laws = lawsOf([...elementary(), ...rules, ...tableRules()], { assume: readAssumptions(assume) });
  const shapeOf = shapes();
  const done = new Set<Expr>();
  let searched = 0;
  const otherwise = (e: Expr): Found | undefined => {
    if (e.args.length === 0 || done.has(e)) return undefined;
    const small = stepWithin(e, laws);
    if (small !== undefined) return small;
    searched += countDistinctNodes(e);
    if (searched > mostSearched) return undefined;
    const after = simplify(e, options);
    // What only the order of operands sets apart is put right at the end, for all parts at once.
    if (after === e || shapeOf(after) === shapeOf(e)) return undefined;
    const expanded = expandTowards(e, after, expanding());
    if (expanded !== undefined) return expanded;
    for (const node of topologicalOrder(after)) done.add(node);
    return { rule: nameOfChange(e, after), after };
  };
  return { first: first(), laws, otherwise };
}

// Sums with logarithms are multiplied out, so that what cancels meets.
function stableMoves({ rules = [], assume }: SimplifyOptions): Moves {
  const laws = lawsOf([...elementary(), ...logarithms(), ...rules, ...tableRules()], {
    assume: readAssumptions(assume),
  });
  const otherwise = (e: Expr): Found | undefined => {
    const small = stepWithin(e, laws);
    if (small !== undefined || !isAdditive(e)) return small;
    const terms = termsOf(e);
    if (terms.length > mostTerms || !terms.some(part => hasLogarithm(part.e))) return undefined;
    for (const { e: term } of terms) {
      const found = stepHere(term, expanding());
      if (found?.law !== undefined) return { ...found, before: term };
    }
    return undefined;
  };
  return { first: first(), laws, otherwise };
}

const mostTerms = 16;

function stableWalk(root: Expr, options: SimplifyOptions): Walk {
  const apart = walk(root, stableMoves(options), bounds);
  const steps = [...apart.steps];
  let { whole } = apart;
  let line = steps.at(-1)?.line ?? 0;
  const usual = simplify(whole, options);
  const shapeOf = shapes();
  if (steps.length > 0 && usual !== whole && shapeOf(usual) === shapeOf(whole)) {
    steps.push(stepOf({ rule: usualForm, before: whole, after: usual, whole: usual, line: ++line }));
    whole = usual;
  }
  for (const { rule, before, after } of stabilisations(whole)) {
    const next = replacedTerms(whole, before, after);
    if (next === whole) continue;
    whole = next;
    steps.push(stepOf({ rule, before, after, whole, line: ++line }));
  }
  const rest = walk(whole, plainMoves(options), bounds, line);
  return { ...rest, steps: [...steps, ...rest.steps] };
}

const hasLogarithm = (term: Expr): boolean =>
  factorsOf(term).some(({ e }) => isLogarithm(e) || (isAdditive(e) && termsOf(e).some(part => isLogarithm(part.e))));

const isLogarithm = (e: Expr): boolean => e.kind === "call" && e.fn === log;

// A sum may stand in a longer one, its terms among others.
function replacedTerms(whole: Expr, before: Expr, after: Expr): Expr {
  const direct = replaced(whole, before, after);
  if (direct !== whole || !isAdditive(before)) return direct;
  const taken = termsOf(before);
  for (const node of topologicalOrder(whole).toReversed()) {
    if (!isAdditive(node)) continue;
    const left = [...termsOf(node)];
    const isAmong = taken.every(({ e, isInverse }) => {
      const at = left.findIndex(part => part.e === e && part.isInverse === isInverse);
      if (at >= 0) left.splice(at, 1);
      return at >= 0;
    });
    if (isAmong) return replaced(whole, node, sumOf([...termsOf(after), ...left]));
  }
  return whole;
}

function lastStep(steps: readonly Step[], whole: Expr, result: Expr): readonly Step[] {
  if (whole === result) return [];
  const line = (steps.at(-1)?.line ?? 0) + 1;
  const shapeOf = shapes();
  const isSame = countDistinctNodes(whole, result) <= 2000 && shapeOf(whole) === shapeOf(result);
  return [stepOf({ rule: isSame ? usualForm : "simplify", before: whole, after: result, whole: result, line })];
}
