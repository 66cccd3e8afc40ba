import {
  checkedDefinitions,
  type Definition,
  type Definitions,
  definition,
  positionOf,
} from "../expression/definition.ts";
import { type Expr, type Variable, variable } from "../expression/expression.ts";
import { freeVariables } from "../expression/fold.ts";
import { addAll } from "../expression/functions.ts";
import { freshName, indexNames } from "../expression/indices.ts";
import { sum } from "../expression/reductions.ts";
import { type Finish, finisher } from "./finish.ts";
import { isZero, newMemory } from "./product.ts";
import { axesOf, gather, type Named, readingsOf, wantedOf } from "./readings.ts";
import { type GradientOptions, seedOf } from "./seed.ts";
import { sweep } from "./sweep.ts";

/** How the gradient of a list of definitions is taken. */
export interface BackwardOptions extends GradientOptions {
  /** The definition whose gradient is taken; the last one unless said. */
  readonly of?: string;
  /** Whether each adjoint is simplified, and reads what the list holds already; true unless said. */
  readonly simplify?: boolean;
}

/**
 * The backward pass of a list. The adjoint of a definition is, at its axes, the sum over its readings in the definitions
 * after it: what the sweep over each of those, begun at its own adjoint, brings to the readings.
 */
export function backward(
  definitions: Definitions,
  variables: readonly (string | Variable)[] | undefined,
  options: BackwardOptions,
): Definitions {
  const list = checkedDefinitions(definitions);
  const last = positionOf(list, options.of);
  const plan = planOf(list, last, variables, options);
  const shares = new Map<string, Expr[]>();
  const result: Definition[] = [];

  const adjointOf = ({ name, axes }: Named): Expr => {
    const whole = plan.finish(addAll(shares.get(name) ?? []), axes);
    result.push(definition(plan.names.get(name) ?? name, axes, whole));
    return whole;
  };

  for (let position = last; position >= 0; position--) {
    const one = list[position];
    if (one === undefined || !plan.passes.has(one.name)) continue;
    const named = plan.wanted.get(one.name) ?? one;
    if (position === last) shares.set(one.name, [plan.seed]);
    const isRoot = position === last && !plan.wanted.has(one.name);
    const whole = isRoot ? plan.seed : adjointOf(named);
    // A number is as good as a reading of its name.
    const isPlain = isRoot || whole.kind === "constant";
    const adjoint = isPlain ? whole : variable(plan.names.get(one.name) ?? "", ...one.axes);
    if (!isZero(whole)) pass(one, adjoint, plan, shares);
    for (const each of plan.dueAt.get(position) ?? []) adjointOf(each);
  }
  for (const each of plan.idle) adjointOf(each);
  return Object.freeze(result);
}

/** What is known before the sweep. */
interface Plan {
  readonly seed: Expr;
  /** The definitions between the root and the variables. */
  readonly passes: ReadonlySet<string>;
  /** What is asked for, with its axes, by name. */
  readonly wanted: ReadonlyMap<string, Named>;
  /** What has an adjoint to gather, by name. */
  readonly targets: ReadonlyMap<string, Named>;
  /** The names of the adjoints. */
  readonly names: ReadonlyMap<string, string>;
  /** The variables whose adjoints are complete when the definition at a position has been passed. */
  readonly dueAt: ReadonlyMap<number, readonly Named[]>;
  /** What is asked for and has no part in the root. */
  readonly idle: readonly Named[];
  readonly finish: Finish;
}

function planOf(
  list: Definitions,
  last: number,
  variables: readonly (string | Variable)[] | undefined,
  options: BackwardOptions,
): Plan {
  const defined = new Map(list.map(each => [each.name, each]));
  const readings = list.map(({ expression }) => readingsOf(expression));
  const asked = wantedOf(
    variables ?? [...new Set(readings.flatMap(each => [...each.keys()]))].filter(n => !defined.has(n)),
  );
  const seed = seedOf(list[last]?.axes ?? [], options.adjoint);
  const expressions = list.map(({ expression }) => expression);
  const indices = new Set([...indexNames(seed, ...expressions), ...list.flatMap(({ axes }) => axes)]);
  const wanted = new Map<string, Named>();
  for (const { name, axes } of asked) {
    const first = readings.find(each => each.has(name))?.get(name) ?? [];
    wanted.set(name, { name, axes: axes ?? defined.get(name)?.axes ?? axesOf(first, indices) });
  }

  const passes = passedThrough(list, last, readings, wanted);
  const dueAt = new Map<number, Named[]>();
  const idle: Named[] = [];
  for (const one of wanted.values()) {
    if (passes.has(one.name)) continue;
    const position = list.findIndex(({ name }, i) => passes.has(name) && readings[i]?.has(one.name));
    if (position < 0) idle.push(one);
    else dueAt.set(position, [...(dueAt.get(position) ?? []), one]);
  }

  const targets = new Map(wanted);
  for (const name of passes) {
    const one = defined.get(name);
    if (one !== undefined && !targets.has(name)) targets.set(name, one);
  }
  const axes = [...wanted.values()].flatMap(each => each.axes);
  const finish: Finish = options.simplify === false ? (e: Expr) => e : finisher(list, new Set([...indices, ...axes]));
  const taken = new Set([...freeVariables(seed, ...expressions), ...defined.keys(), ...wanted.keys()]);
  const names = new Map<string, string>();
  for (const name of targets.keys()) {
    const adjoint = freshName(`d${name}`, taken);
    taken.add(adjoint);
    names.set(name, adjoint);
  }
  return { seed, passes, wanted, targets, names, dueAt, idle, finish };
}

/** The definitions that the root reads, directly or not, and that read what is wanted or are wanted themselves. */
function passedThrough(
  list: Definitions,
  last: number,
  readings: readonly ReadonlyMap<string, unknown>[],
  wanted: ReadonlyMap<string, unknown>,
): ReadonlySet<string> {
  const depends = new Set<string>();
  for (const [position, { name }] of list.entries()) {
    const reads = [...(readings[position]?.keys() ?? [])];
    if (wanted.has(name) || reads.some(read => wanted.has(read) || depends.has(read))) depends.add(name);
  }
  const reached = new Set([list[last]?.name]);
  for (let position = last; position >= 0; position--) {
    if (!reached.has(list[position]?.name)) continue;
    for (const read of readings[position]?.keys() ?? []) reached.add(read);
  }
  return new Set([...depends].filter(name => reached.has(name)));
}

// Brings to everything that `one` reads its share of the adjoint.
function pass(one: Definition, adjoint: Expr, { targets }: Plan, shares: Map<string, Expr[]>): void {
  const readings = readingsOf(one.expression);
  const names = [...readings.keys()].filter(name => targets.has(name));
  const memory = newMemory();
  const swept = sweep(one.expression, overAxes(one, adjoint), new Set(names), memory);
  for (const name of names) {
    const target = targets.get(name);
    if (target === undefined) continue;
    const share = gather(target, readings.get(name) ?? [], swept, memory);
    if (isZero(share)) continue;
    const list = shares.get(name);
    if (list === undefined) shares.set(name, [share]);
    else list.push(share);
  }
}

// What a definition says of an axis that its expression does not mention, it says at each position of it.
function overAxes({ axes, expression }: Definition, adjoint: Expr): Expr {
  let whole = adjoint;
  for (const axis of [...axes].reverse()) if (!expression.freeIndices.includes(axis)) whole = sum(axis, whole);
  return whole;
}
