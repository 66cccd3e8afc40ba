import type { Definition, Definitions } from "../expression/definition.ts";
import { asIndex, type Expr, type Index, rebuild, reduction, variable } from "../expression/expression.ts";
import { type Demand, fold } from "../expression/fold.ts";
import { div, mulAll } from "../expression/functions.ts";
import { rebuilding, renameFree, renameIndices } from "../expression/indices.ts";
import { simplify } from "../simplify/simplify.ts";
import { type Factor, factorsOf } from "./factors.ts";

/**
 * Reads by its name what a list computes already: in what comes back, each occurrence of the expression of a definition,
 * as it stands or simplified, under any indices for its axes and any names of bound ones, is a reading of that definition.
 * The factors of a product or quotient may stand among others. `names` are the indices that may occur; no definition after
 * the position `last` is read.
 */
export function recogniser(definitions: Definitions, names: ReadonlySet<string>): (e: Expr, last?: number) => Expr {
  const forms = canonicalForms(names);
  const patterns = new Map<string, Pattern[]>();
  for (const [position, one] of definitions.entries()) {
    for (const expression of new Set([one.expression, simplify(one.expression)])) {
      const pattern = patternOf(one, position, expression, forms);
      if (pattern === undefined) continue;
      const key = forms.shape(pattern.lead.of);
      patterns.set(key, [...(patterns.get(key) ?? []), pattern]);
    }
  }
  function* read(node: Expr, last: number): Demand<Expr> {
    const factors = factorsOf(node, mostFactors);
    const found = match(factors, patterns, last, forms);
    if (found === undefined) {
      const args: Expr[] = [];
      for (const argument of node.args) args.push(yield argument);
      return rebuild(node, args);
    }
    const [over, under]: [Expr[], Expr[]] = [[], []];
    for (const { of, isDivisor } of [found.reading, ...found.rest]) {
      (isDivisor ? under : over).push(of === found.reading.of ? of : yield of);
    }
    const product = mulAll(over);
    return under.length === 0 ? product : div(product, mulAll(under));
  }

  return (e, last = Infinity) =>
    patterns.size === 0
      ? e
      : fold(e, { ...rebuilding, demand: node => (isOperation(node) ? read(node, last) : undefined) });
}

/** A definition as what to look for. */
interface Pattern {
  readonly definition: Definition;
  readonly position: number;
  /** The factor that is looked up, the largest one. */
  readonly lead: Factor;
  readonly others: readonly Factor[];
}

/** How expressions are compared up to the names of bound indices. */
interface Forms {
  /** The same expression under names of bound indices that depend on nothing but its structure. */
  readonly canonical: (e: Expr) => Expr;
  /** Equal for two expressions that differ in indices only. */
  readonly shape: (e: Expr) => string;
}

/** How many factors of a product are looked at together. */
const mostFactors = 32;

/** How deep reductions may be nested that are compared up to the names of their indices. */
const mostNested = 32;

const isOperation = (node: Expr): boolean => node.kind === "call" || node.kind === "reduction";

// Axes that the expression does not mention alone in brackets cannot be told from an occurrence of it.
function patternOf(
  definition: Definition,
  position: number,
  expression: Expr,
  { canonical }: Forms,
): Pattern | undefined {
  if (!isOperation(expression) || expression.args.length === 0) return undefined;
  if (definition.axes.some(axis => !expression.freeIndices.includes(axis))) return undefined;
  const factors = factorsOf(canonical(expression), mostFactors);
  if (factors.some(({ of }) => isRoundedExtreme(of))) return undefined;
  const [lead, ...others] = [...factors].sort((a, b) => b.of.size - a.of.size);
  return lead === undefined ? undefined : { definition, position, lead, others };
}

// A derivative asks which elements equal their maximum. Both must be computed alike, and what the list computed may have
// been rounded otherwise than what is simplified.
const isRoundedExtreme = (e: Expr): boolean =>
  e.kind === "reduction" && (e.operation === "maximum" || e.operation === "minimum") && e.body.kind !== "variable";

interface Match {
  readonly reading: Factor;
  readonly rest: readonly Factor[];
}

function match(
  factors: readonly Factor[],
  patterns: ReadonlyMap<string, readonly Pattern[]>,
  last: number,
  forms: Forms,
): Match | undefined {
  for (const factor of factors) {
    for (const pattern of patterns.get(forms.shape(factor.of)) ?? []) {
      if (pattern.position > last) continue;
      const found = matchAt(factor, factors, pattern, forms);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function matchAt(at: Factor, factors: readonly Factor[], pattern: Pattern, forms: Forms): Match | undefined {
  const { definition, lead, others } = pattern;
  if (others.length >= factors.length) return undefined;
  const isInverse = at.isDivisor !== lead.isDivisor;
  const bindings = new Map<string, Index>();
  const rest = [...factors];
  for (const part of [lead, ...others]) {
    const isDivisor = part.isDivisor !== isInverse;
    const place = rest.findIndex(
      factor =>
        factor.isDivisor === isDivisor &&
        (part !== lead || factor === at) &&
        bind(part.of, factor.of, definition, bindings, forms),
    );
    if (place < 0) return undefined;
    rest.splice(place, 1);
  }
  const indices = definition.axes.map(axis => bindings.get(axis));
  if (!indices.every(index => index !== undefined)) return undefined;
  return { reading: { of: variable(definition.name, ...indices), isDivisor: isInverse }, rest };
}

/**
 * Whether `e` is `pattern` with an index for each axis of the definition. Those that are found are added to `bindings`; what
 * is there already has to hold.
 */
function bind(pattern: Expr, e: Expr, { axes }: Definition, bindings: Map<string, Index>, forms: Forms): boolean {
  if (forms.shape(pattern) !== forms.shape(e)) return false;
  const target = forms.canonical(e);
  const found = new Map(bindings);
  for (const [axis, index] of paired(pattern, target, axes)) if (!found.has(axis)) found.set(axis, index);
  const named = new Map([...found].filter(([axis, index]) => index.name !== axis));
  if (renameIndices(pattern, named) !== target) return false;
  for (const [axis, index] of found) bindings.set(axis, index);
  return true;
}

// What stands in `e` where an axis stands alone in `pattern`, which has the same shape. A name bound in `e` is none.
function* paired(pattern: Expr, e: Expr, axes: readonly string[]): Generator<readonly [axis: string, index: Index]> {
  const missing = new Set(axes.filter(axis => pattern.freeIndices.includes(axis)));
  const seen = new Set<Expr>();
  const pending: [Expr, Expr][] = [[pattern, e]];
  for (let pair = pending.pop(); pair !== undefined && missing.size > 0; pair = pending.pop()) {
    const [left, right] = pair;
    if (seen.has(left)) continue;
    seen.add(left);
    if ((left.kind === "variable" && right.kind === "variable") || (left.kind === "delta" && right.kind === "delta")) {
      for (const [position, { name }] of left.indices.entries()) {
        const index = right.indices[position];
        if (name === undefined || index === undefined || !missing.delete(name)) continue;
        yield [name, index];
      }
    } else {
      for (const [position, argument] of left.args.entries()) {
        const other = right.args[position];
        if (other !== undefined) pending.push([argument, other]);
      }
    }
  }
  // An axis that stands nowhere alone, as in a window, can only be itself.
  for (const axis of missing) if (e.freeIndices.includes(axis)) yield [axis, asIndex(axis)];
}

function canonicalForms(names: ReadonlySet<string>): Forms {
  const prefix = stemOf(names);
  const forms = new Map<Expr, { readonly e: Expr; readonly nested: number }>();
  const shapes = new Map<Expr, number>();
  const numbers = new Map<string, number>();

  const canonical = (root: Expr): Expr =>
    fold(
      root,
      {
        constant: node => ({ e: node, nested: 0 }),
        variable: node => ({ e: node, nested: 0 }),
        delta: node => ({ e: node, nested: 0 }),
        extent: node => ({ e: node, nested: 0 }),
        call: (node, args) => ({
          e: rebuild(
            node,
            args.map(({ e }) => e),
          ),
          nested: args.reduce((most, { nested }) => Math.max(most, nested), 0),
        }),
        reduction(node, { e, nested }) {
          if (nested >= mostNested) return { e: rebuild(node, [e]), nested };
          const name = `${prefix}${nested}`;
          return {
            e: reduction(node.operation, name, renameFree(e, new Map([[node.index, asIndex(name)]]))),
            nested: nested + 1,
          };
        },
      },
      forms,
    ).e;

  const numbered = (key: string): number => {
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  };
  const shape = (root: Expr): string =>
    String(
      fold<number>(
        root,
        {
          constant: ({ value }) => numbered(`constant ${value}`),
          variable: ({ name, indices }) => numbered(`variable ${indices.length} ${name}`),
          call: ({ fn }, args) => numbered(`call ${args} ${fn.name}`),
          reduction: ({ operation }, body) => numbered(`${operation} ${body}`),
          delta: () => numbered("delta"),
          extent: ({ index }) => numbered(`extent ${index}`),
        },
        shapes,
      ),
    );
  return { canonical, shape };
}

// The beginning of names that no index has.
function stemOf(names: ReadonlySet<string>): string {
  let stem = "#";
  while ([...names].some(name => name.startsWith(stem))) stem += "#";
  return stem;
}
