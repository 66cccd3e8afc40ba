import { type Expr, type Variable, variable } from "../../expression/expression.ts";
import { freshName } from "../../expression/indices.ts";
import type { Assignment, LoopStep, Nest, ProductStep, Statement, Step } from "../tape.ts";
import { type Filling, isScatter, namesIn, readingsOfComputed } from "./filling.ts";
import { readUnder, substituteReadings } from "./inline.ts";
import type { Block } from "./loops.ts";

/** Steps, and the names of those fillings that are arrays: the others are locals of a loop. */
export interface Nested {
  readonly steps: readonly Step[];
  readonly arrays: ReadonlySet<string>;
}

/**
 * Blocks as steps of a tape. What is filled and read in the same turns of the same loops is a local, unless it is `kept`: no
 * array is made for it, and a reader sees its formula where it is used.
 */
export function nestsOf(
  blocks: readonly Block[],
  isKept: (name: string) => boolean,
  taken: ReadonlySet<string>,
): Nested {
  const sections = sectionsOf(blocks);
  const all = placesOf(sections);
  const places = new Map(all.map(place => [place.filling.name, place]));
  const locals = localsOf(all, places, isKept);
  const names = new Set([...taken, ...places.keys()]);
  const formulas = formulasOf(places, locals);
  const cleared = new Set<string>();
  const steps = sections.map((section): Step => {
    const filled = fillingsOf(section);
    const assignments = filled.flatMap(filling => (locals.has(filling.name) ? [] : [assignmentOf(filling, formulas)]));
    const [first] = filled;
    if (first?.product !== undefined) return productStep(first, first.product, assignments);
    return loopStep(section, assignments, { places, locals, names, cleared });
  });
  return { steps, arrays: new Set([...places.keys()].filter(name => !locals.has(name))) };
}

/** Where a filling is done, as the loops around that place, and whether a local holds it there. */
interface Place {
  readonly filling: Filling;
  readonly section: number;
  /** The loops that are open where the value is complete, the outermost first. */
  readonly loops: readonly Block[];
  /** The loops that are open where a value is computed. */
  readonly inside: readonly Block[];
  readonly isLocalSum: boolean;
}

// What holds no loop belongs to the loop before it: one step.
function sectionsOf(blocks: readonly Block[]): readonly (readonly Block[])[] {
  const sections: Block[][] = [];
  let isOpen = false;
  for (const block of blocks) {
    const isProduct = block.kind === "fill" && block.filling.product !== undefined;
    const last = sections.at(-1);
    if (block.kind === "fill" && !isProduct && isOpen && last !== undefined) last.push(block);
    else if (block.kind === "loop" && isOpen && last?.every(({ kind }) => kind === "fill")) last.push(block);
    else sections.push([block]);
    isOpen = !isProduct;
  }
  return sections;
}

// Of an array that several add to there are as many, all stored.
function placesOf(sections: readonly (readonly Block[])[]): readonly Place[] {
  const places: Place[] = [];
  const visit = (block: Block, section: number, loops: readonly Block[]): void => {
    if (block.kind === "loop") {
      for (const inner of block.body) visit(inner, section, [...loops, block]);
      return;
    }
    const { filling } = block;
    const reducing = loops.findIndex(loop => loop.kind === "loop" && filling.reduced.includes(loop.index));
    const outside = reducing < 0 ? loops : loops.slice(0, reducing);
    const bound = new Set(outside.flatMap(loop => (loop.kind === "loop" ? [loop.index] : [])));
    const isLocalSum =
      reducing >= 0 && !isScatter(filling) && filling.at.flatMap(namesIn).every(name => bound.has(name));
    places.push({ filling, section, loops: outside, inside: loops, isLocalSum });
  };
  for (const [section, blocks] of sections.entries()) for (const block of blocks) visit(block, section, []);
  return places;
}

function localsOf(
  all: readonly Place[],
  places: ReadonlyMap<string, Place>,
  isKept: (name: string) => boolean,
): ReadonlySet<string> {
  const readings = readingsOfComputed(name => places.has(name));
  const stored = new Set<string>();
  for (const { filling, section, inside, isLocalSum } of all) {
    const accumulates = filling.operation !== "set" && !isLocalSum;
    if (isKept(filling.name) || filling.product !== undefined || accumulates) stored.add(filling.name);
    const parts = filling.product;
    const values: readonly Expr[] = [filling.value, ...(parts === undefined ? [] : [parts.left, parts.right])];
    for (const read of values.flatMap(readings)) {
      const source = places.get(read.name);
      if (source === undefined) continue;
      const isSameTurn =
        source.section === section &&
        source.loops.every((loop, i) => inside[i] === loop) &&
        read.indices.every(({ name }, i) => name !== undefined && name === source.filling.axes[i]);
      if (!isSameTurn) stored.add(read.name);
    }
  }
  return new Set([...places.keys()].filter(name => !stored.has(name)));
}

// What a reader is told: a local's name says nothing, so its formula stands in its place.
function formulasOf(places: ReadonlyMap<string, Place>, locals: ReadonlySet<string>): (filling: Filling) => Expr {
  const known = new Map<string, Expr>();
  const memo = new Map<Expr, Expr>();
  const formula = (filling: Filling): Expr =>
    substituteReadings(
      filling.formula,
      (read: Variable) => {
        const local = known.get(read.name);
        return local === undefined ? undefined : readUnder(local, places.get(read.name)?.filling.axes ?? [], read);
      },
      memo,
    );
  // In the order of the steps, each local is met before those that read it.
  for (const { filling } of places.values()) if (locals.has(filling.name)) known.set(filling.name, formula(filling));
  return formula;
}

const assignmentOf = (filling: Filling, formula: (filling: Filling) => Expr): Assignment => ({
  array: filling.name,
  axes: filling.axes,
  expression: formula(filling),
});

function productStep(
  filling: Filling,
  product: NonNullable<Filling["product"]>,
  assignments: readonly Assignment[],
): ProductStep {
  return {
    kind: "matrix product",
    assignments,
    target: variable(filling.name, ...filling.axes),
    ...product,
    after: [],
  };
}

interface Setting {
  readonly places: ReadonlyMap<string, Place>;
  readonly locals: ReadonlySet<string>;
  /** Names that are in use; grows. */
  readonly names: Set<string>;
  /** Arrays that an earlier step or this one clears; grows. */
  readonly cleared: Set<string>;
}

function loopStep(section: readonly Block[], assignments: readonly Assignment[], setting: Setting): LoopStep {
  const filled = fillingsOf(section);
  const clears = filled.flatMap((filling): Nest => {
    const place = setting.places.get(filling.name);
    const isAddedTo = filling.isInPlace || setting.cleared.has(filling.name);
    if (filling.operation === "set" || place?.isLocalSum === true || isAddedTo) return [];
    setting.cleared.add(filling.name);
    return [{ kind: "clear", array: filling.name, operation: filling.operation }];
  });
  const kind = !section.some(block => block.kind === "loop")
    ? "scalar"
    : filled.some(isScatter)
      ? "scatter"
      : filled.some(({ operation }) => operation !== "set")
        ? "reduction"
        : "elementwise";
  return { kind, assignments, nest: [...clears, ...statementsOf(section, locally(setting), new Map())] };
}

/** Readings of locals are readings of a name without indices. */
function locally(setting: Setting): Setting & { readonly localised: (e: Expr) => Expr } {
  const memo = new Map<Expr, Expr>();
  const localised = (e: Expr): Expr =>
    substituteReadings(e, read => (setting.locals.has(read.name) ? variable(read.name) : undefined), memo);
  return { ...setting, localised };
}

type Written = ReturnType<typeof locally>;

function statementsOf(blocks: readonly Block[], setting: Written, accumulators: Map<string, string>): Nest {
  return blocks.flatMap((block): Nest => {
    if (block.kind === "fill") return [fill(block.filling, setting, accumulators)];
    const local = block.accumulates.filter(({ name }) => setting.places.get(name)?.isLocalSum === true);
    for (const { name } of local) accumulators.set(name, accumulatorFor(name, setting));
    const started = local.map(({ name, operation }): Statement => {
      return { kind: "start", local: accumulators.get(name) ?? name, operation: accumulation(operation) };
    });
    const finished = local.flatMap((filling): Nest => {
      const { name, at } = filling;
      if (setting.locals.has(name)) return [];
      const value = variable(accumulators.get(name) ?? name);
      return [{ kind: "store", array: name, at, operation: "set", value }];
    });
    const body = statementsOf(block.body, setting, accumulators);
    return [...started, { kind: "loop", index: block.index, body }, ...finished];
  });
}

function accumulatorFor(name: string, { locals, names }: Written): string {
  if (locals.has(name)) return name;
  const fresh = freshName(`${name} so far`, names);
  names.add(fresh);
  return fresh;
}

function fill(filling: Filling, { locals, localised }: Written, accumulators: ReadonlyMap<string, string>): Statement {
  const { name, at, operation } = filling;
  const value = localised(filling.value);
  const accumulator = accumulators.get(name);
  if (accumulator !== undefined)
    return { kind: "accumulate", local: accumulator, operation: accumulation(operation), value };
  if (locals.has(name)) return { kind: "let", local: name, value };
  return { kind: "store", array: name, at, operation, value };
}

const accumulation = (operation: Filling["operation"]): Exclude<Filling["operation"], "set"> =>
  operation === "set" ? "sum" : operation;

function fillingsOf(blocks: readonly Block[]): readonly Filling[] {
  return blocks.flatMap(block => (block.kind === "fill" ? [block.filling] : fillingsOf(block.body)));
}
