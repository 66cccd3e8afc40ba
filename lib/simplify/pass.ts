import { type Call, type Expr, rebuild } from "../expression/expression.ts";
import { div, neg, square, sub } from "../expression/functions.ts";
import * as Q from "../expression/rational.ts";
import { isAdditive, isMultiplicative } from "./arithmetic.ts";
import type { Budget } from "./budget.ts";
import { type Canonical, longest } from "./canonical.ts";
import { accumulate, type Product, productBuilder, type Sum, single, sumBuilder, termCount } from "./forms.ts";

/** What is written out into its users, and what stays whole. */
export interface Openness {
  /** How many terms or factors of an expression with several users are written out into each of them. */
  readonly opens: number;
  /** Whether what is not written out keeps its coefficient: like terms are missed, but what is shared stays shared. */
  readonly closesWhole: boolean;
}

/** What is passed over. */
export interface Passable {
  readonly roots: readonly Expr[];
  /** The distinct nodes that the roots are built of, arguments first. */
  readonly order: readonly Expr[];
  /** What nodes come to that do nothing. */
  readonly trivial: ReadonlyMap<Expr, Expr>;
}

/** What came of a pass. */
export interface Passed {
  /** The canonical expressions of the roots. */
  readonly results: readonly Expr[];
  /** How many nodes had a part in it. */
  readonly nodes: number;
  /** Whether something with several users was written out into each of them: else to open less changes nothing. */
  readonly opensShared: boolean;
  /** The bases whose second power the input writes `square(x)`. */
  readonly squares: ReadonlySet<Expr>;
}

/** One pass over a graph, from the leaves to the roots: the canonical expression of each of its nodes. */
export class Pass {
  readonly #canonical: Canonical;
  readonly #openness: Openness;
  readonly #graph: Passable;
  readonly #places: ReadonlyMap<Expr, Place>;
  readonly #squares = new Set<Expr>();
  #opensShared = false;

  constructor(graph: Passable, canonical: Canonical, openness: Openness) {
    this.#canonical = canonical;
    this.#openness = openness;
    this.#graph = graph;
    this.#places = placesOf(graph);
  }

  /** Takes the pass. Each node is a step; where there is none left, nodes stay as they are. */
  take(budget: Budget): Passed {
    const { roots, order } = this.#graph;
    const nodes = this.#places.size;
    this.#canonical.begin(nodes);
    for (const node of order) {
      const place = this.#places.get(node);
      if (place === undefined || this.#isInterior(node, place)) continue;
      if (!budget.take()) {
        place.result = rebuild(node, this.#resultsOf(node));
        continue;
      }
      const [argument] = node.args;
      if (node.kind === "call" && node.fn === square && argument !== undefined)
        this.#squares.add(this.#resultOf(argument));
      place.result = this.#simplified(node);
      if (node.kind === "reduction" && place.users > 1) this.#canonical.share(place.result);
    }
    const results = roots.map(root => this.#resultOf(root));
    return { results, nodes, opensShared: this.#opensShared, squares: this.#squares };
  }

  #resultOf(given: Expr): Expr {
    const node = nontrivial(given, this.#graph);
    return this.#places.get(node)?.result ?? node;
  }

  #resultsOf({ args }: Expr): readonly Expr[] {
    const results: Expr[] = [];
    for (let i = 0; i < args.length; i++) {
      const argument = args[i];
      if (argument !== undefined) results.push(this.#resultOf(argument));
    }
    return results;
  }

  // Whether a result of so many terms or factors is written out into its users.
  #isOpen(node: Expr, parts: number): boolean {
    if (parts <= 1) return true;
    const isShared = (this.#places.get(node)?.users ?? 0) > 1;
    const opens = parts <= (isShared ? this.#openness.opens : longest);
    if (isShared && opens) this.#opensShared = true;
    return opens;
  }

  // True of a sum whose one user is a sum, and of a product whose one user is a product: the user collects it.
  #isInterior(node: Expr, { users, by }: Place): boolean {
    if (node.kind !== "call" || users !== 1 || by === undefined) return false;
    return isAdditive(node) ? isAdditive(by) : isMultiplicative(node) && isMultiplicative(by);
  }

  #isCollected(node: Call, root: Call): boolean {
    if (node === root) return true;
    const place = this.#places.get(node);
    return place !== undefined && this.#isInterior(node, place);
  }

  #simplified(node: Expr): Expr {
    const canonical = this.#canonical;
    if (node.kind === "constant" || (node.kind === "call" && node.args.length === 0)) return node;
    if (node.kind === "call") {
      if (isAdditive(node)) return canonical.smallestSum(this.#collectedSum(node));
      if (isMultiplicative(node)) return canonical.smallestProduct(this.#collectedProduct(node));
    }
    const args = this.#resultsOf(node);
    const [body] = args;
    if (node.kind !== "reduction" || body === undefined) return canonical.rebuild(node, args);
    const product = canonical.productOf(body);
    const factors = product.factors.size + (Q.isOne(product.coefficient) ? 0 : 1);
    // A body that others use too is computed for them in any case: nothing leaves it.
    const isWhole = !this.#isOpen(
      nontrivial(node.body, this.#graph),
      Math.max(factors, termCount(canonical.sumOf(body))),
    );
    return canonical.rebuild(node, isWhole && this.#openness.closesWhole ? [canonical.keptWhole(body)] : args);
  }

  // The maps are built once for each maximal tree of sums, not at every level.
  #collectedSum(root: Call): Sum {
    const canonical = this.#canonical;
    const total = sumBuilder();
    const pending: Expr[] = [root];
    const scales: Q.Rational[] = [Q.one];
    for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
      const scale = scales.pop() ?? Q.one;
      if (node.kind === "call" && isAdditive(node) && this.#isCollected(node, root)) {
        const { fn } = node;
        for (let i = node.args.length - 1; i >= 0; i--) {
          const argument = node.args[i];
          if (argument === undefined) continue;
          pending.push(nontrivial(argument, this.#graph));
          scales.push(fn === neg || (fn === sub && i === 1) ? Q.negate(scale) : scale);
        }
        continue;
      }
      const result = this.#resultOf(node);
      const sum = canonical.sumOf(result);
      if (this.#isOpen(node, termCount(sum))) accumulate(total, sum, scale);
      else {
        const primitive = this.#openness.closesWhole ? undefined : primitiveOf(canonical.productOf(result));
        accumulate(total, primitive ?? single(result), scale);
      }
    }
    return total;
  }

  #collectedProduct(root: Call): Product {
    const canonical = this.#canonical;
    const { closesWhole } = this.#openness;
    const total = productBuilder();
    const pending: Expr[] = [root];
    const signs: (1 | -1)[] = [1];
    for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
      const sign = signs.pop() ?? 1;
      if (node.kind === "call" && isMultiplicative(node) && this.#isCollected(node, root)) {
        for (let i = node.args.length - 1; i >= 0; i--) {
          const argument = node.args[i];
          if (argument === undefined) continue;
          pending.push(nontrivial(argument, this.#graph));
          signs.push(node.fn === div && i === 1 ? (sign === 1 ? -1 : 1) : sign);
        }
        continue;
      }
      const result = this.#resultOf(node);
      const product = canonical.productOf(result);
      // x - y and y - x are computed once, whichever of them it is.
      const isSum = closesWhole && canonical.isSum(result);
      // Of 2 * x the number goes where it is used, and x is shared.
      const parts = isSum ? termCount(canonical.sumOf(result)) : product.factors.size;
      canonical.multiply(total, this.#isOpen(node, parts) ? product : canonical.closed(product, closesWhole), sign);
    }
    return total;
  }
}

const nontrivial = (node: Expr, { trivial }: Passable): Expr => trivial.get(node) ?? node;

/** What a pass knows of a node. */
interface Place {
  users: number;
  /** The user that was met last: the only one where there is one. */
  by: Expr | undefined;
  /** Its canonical expression, once the pass has come to it. */
  result: Expr;
}

// Of the nodes that the roots still need. Users come first, so that what nobody needs has no place.
function placesOf(graph: Passable): ReadonlyMap<Expr, Place> {
  const { roots, order } = graph;
  const places = new Map<Expr, Place>();
  for (const root of roots) use(places, nontrivial(root, graph), undefined);
  for (let i = order.length - 1; i >= 0; i--) {
    const node = order[i];
    if (node === undefined || !places.has(node)) continue;
    const { args } = node;
    for (let j = 0; j < args.length; j++) {
      const argument = args[j];
      if (argument !== undefined) use(places, nontrivial(argument, graph), node);
    }
  }
  return places;
}

function use(places: Map<Expr, Place>, node: Expr, by: Expr | undefined): void {
  const place = places.get(node);
  if (place === undefined) places.set(node, { users: 1, by, result: node });
  else {
    place.users++;
    place.by = by;
  }
}

// A sum that stays closed, as its primitive sum, so that x - y and y - x are one term.
function primitiveOf({ coefficient, factors }: Product): Sum | undefined {
  const [base] = factors.keys();
  return base === undefined || factors.size > 1
    ? undefined
    : { constant: Q.zero, terms: new Map([[base, coefficient]]) };
}
