import { conditional } from "../../../../expression/functions.ts";
import type { StraightLine } from "../../../straight-line.ts";

/** The steps of a straight line, told apart by whether they are always needed. Steps are given by their numbers, in order. */
export interface Branches {
  /** The steps that are computed in any case. */
  readonly always: readonly number[];
  /** For a conditional, the steps that only its first or only its second branch needs; absent where both are empty. */
  readonly arms: ReadonlyMap<number, Arms>;
}

export type Arms = readonly [first: readonly number[], second: readonly number[]];

/** What an arm may weigh: below, computing it in any case is cheaper than a jump; above, it is too long to stay in one piece. */
export interface ArmBounds {
  readonly least: number;
  readonly most: number;
}

/** What a step is computed in: everything (no owner), or an arm of a conditional, within the scope of that. */
interface Scope {
  readonly parent: Scope | undefined;
  readonly depth: number;
  readonly owner: number;
  readonly position: 0 | 1;
  weight: number;
  /** Where its steps go in the end: here, or to what surrounds it. */
  isKept: boolean;
}

/** Nests of arms within each other are as deep as this at most: code is written within code. */
const deepest = 16;

/**
 * The branches of a straight line: a step belongs into an arm where all that reads it does. What is needed in two places
 * belongs into the innermost that surrounds both.
 */
export function branchesOf(
  { inputs, constants, steps, outputs }: StraightLine,
  weights: Float64Array,
  { least, most }: ArmBounds,
): Branches {
  const base = inputs.length + constants.length;
  const everything = scopeOf(undefined, -1, 0);
  const scopes: (Scope | undefined)[] = new Array(steps.length).fill(undefined);
  const made: Scope[] = [];
  const need = (slot: number, scope: Scope): void => {
    const step = slot - base;
    if (step >= 0) scopes[step] = common(scopes[step] ?? scope, scope);
  };
  for (const slot of outputs) need(slot, everything);
  for (let i = steps.length - 1; i >= 0; i--) {
    const { fn, args } = steps[i] as StraightLine["steps"][number];
    const own = scopes[i] ?? everything;
    own.weight += weights[i] ?? 0;
    for (const [position, slot] of args.entries()) {
      if (fn !== conditional || position === 0 || own.depth >= deepest) need(slot, own);
      else {
        const arm = scopeOf(own, i, position === 1 ? 0 : 1);
        made.push(arm);
        need(slot, arm);
      }
    }
  }
  // The inner ones were made last.
  for (const scope of made.reverse()) {
    scope.isKept = scope.weight >= least && scope.weight <= most;
    if (scope.parent !== undefined) scope.parent.weight += scope.weight;
  }
  const always: number[] = [];
  const arms = new Map<number, readonly [number[], number[]]>();
  for (const [i, scope] of scopes.entries()) {
    let place = scope;
    while (place?.isKept === false) place = place.parent;
    if (place === undefined || place === everything) always.push(i);
    else {
      const pair = arms.get(place.owner) ?? [[], []];
      arms.set(place.owner, pair);
      pair[place.position].push(i);
    }
  }
  return { always, arms };
}

const scopeOf = (parent: Scope | undefined, owner: number, position: 0 | 1): Scope => ({
  parent,
  depth: parent === undefined ? 0 : parent.depth + 1,
  owner,
  position,
  weight: 0,
  isKept: true,
});

function common(a: Scope, b: Scope): Scope {
  let [x, y] = [a, b];
  while (x !== y) {
    if (x.depth >= y.depth && x.parent !== undefined) x = x.parent;
    else if (y.parent !== undefined) y = y.parent;
  }
  return x;
}
