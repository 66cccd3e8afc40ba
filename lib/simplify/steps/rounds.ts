import type { Expr } from "../../expression/expression.ts";
import { fold } from "../../expression/fold.ts";
import { rebuilding } from "../../expression/indices.ts";
import type { Step } from "../../print/steps.ts";
import { isAdditive, isMultiplicative } from "../arithmetic.ts";
import { type Found, type Laws, stepHere } from "./small.ts";

/** What a walk may do at a part. */
export interface Moves {
  /** Laws that are applied before the parts of what they match are looked at. */
  readonly first: Laws;
  readonly laws: Laws;
  /** What is done where no law takes a part, all of whose own parts are done. */
  readonly otherwise: (e: Expr) => Found | undefined;
}

/** How much a walk may record, and how many nodes it may visit. */
export interface Bounds {
  readonly steps: number;
  readonly visits: number;
}

/** A walk by small steps. */
export interface Walk {
  readonly steps: readonly Step[];
  readonly whole: Expr;
  /** False where the bounds ended it. */
  readonly isComplete: boolean;
}

/**
 * Rewrites `root` in lines, innermost parts first: a line holds one step for each part that is ready, and is counted on
 * from `line`. What a step takes is rewritten wherever it stands.
 */
export function walk(root: Expr, moves: Moves, bounds: Bounds, line = 0): Walk {
  const steps: Step[] = [];
  const memory: Memory = { here: new Map(), settled: new Set() };
  const seen = new Set<Expr>([root]);
  let whole = root;
  let visits = 0;
  for (;;) {
    const { found, visited } = ready(whole, moves, memory);
    if (found.length === 0) return { steps, whole, isComplete: true };
    line++;
    for (const [node, { before = node, after, rule, law }] of found) {
      visits += visited;
      if (steps.length >= bounds.steps || visits > bounds.visits) return { steps, whole, isComplete: false };
      const next = replaced(whole, before, after);
      // What another step of the line has changed comes up again in the next.
      if (next === whole) continue;
      whole = next;
      steps.push(stepOf({ rule, law, before, after, whole, line }));
    }
    // Laws that lead in a circle would be a fault of theirs; a walk ends all the same.
    if (seen.has(whole)) return { steps, whole, isComplete: false };
    seen.add(whole);
  }
}

/** A step, frozen. */
export const stepOf = ({ law, ...step }: Omit<Step, "law"> & { readonly law?: Step["law"] | undefined }): Step =>
  Object.freeze({ ...step, ...(law === undefined ? {} : { law: Object.freeze({ from: law.from, to: law.to }) }) });

interface Memory {
  /** What the laws make of a part, undefined if nothing. */
  readonly here: Map<Expr, Found | undefined>;
  /** The parts that nothing more is done with, as they are. */
  readonly settled: Set<Expr>;
}

interface Ready {
  readonly found: readonly (readonly [before: Expr, Found])[];
  readonly visited: number;
}

function ready(root: Expr, moves: Moves, { here, settled }: Memory): Ready {
  const vanishing: [Expr, Found][] = [];
  const reached = new Set<Expr>();
  const inReadingOrder: Expr[] = [];
  const collected = new Set<Expr>();
  const isKept = new Set<Expr>([root]);
  const pending = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (reached.has(node) || settled.has(node)) continue;
    reached.add(node);
    const vanishes = stepHere(node, moves.first);
    if (vanishes !== undefined && vanishes.law !== undefined) {
      vanishing.push([node, vanishes]);
      continue;
    }
    inReadingOrder.push(node);
    for (const argument of node.args.toReversed()) {
      pending.push(argument);
      (isPartOf(argument, node) ? collected : isKept).add(argument);
    }
  }
  const blocked = new Set<Expr>(vanishing.map(([node]) => node));
  const found = new Map<Expr, Found>();
  for (const node of [...inReadingOrder].sort((a, b) => a.id - b.id)) {
    if (node.args.some(argument => blocked.has(argument))) {
      blocked.add(node);
      continue;
    }
    const isPart = collected.has(node) && !isKept.has(node);
    const step = isPart ? memoised(node, moves, here) : (memoised(node, moves, here) ?? moves.otherwise(node));
    if (step !== undefined) {
      blocked.add(node);
      found.set(node, step);
    } else if (!isPart) settled.add(node);
  }
  // What vanishes first, and of that what holds the rest: the parts of a part would be gone.
  vanishing.sort(([a], [b]) => b.id - a.id);
  const others = inReadingOrder.flatMap(node => {
    const step = found.get(node);
    return step === undefined ? [] : [[node, step] as const];
  });
  return { found: [...vanishing, ...others], visited: reached.size };
}

function memoised(node: Expr, { laws }: Moves, here: Map<Expr, Found | undefined>): Found | undefined {
  if (!here.has(node)) here.set(node, stepHere(node, laws));
  return here.get(node);
}

// A sum within a sum, a product within a product: the larger one looks at its terms.
const isPartOf = (e: Expr, user: Expr): boolean =>
  (isAdditive(e) && isAdditive(user)) || (isMultiplicative(e) && isMultiplicative(user));

export const replaced = (whole: Expr, before: Expr, after: Expr): Expr =>
  fold(whole, rebuilding, new Map([[before, after]]));
