import type { Definition } from "../../expression/definition.ts";
import type { Delta, Expr, Helper, Index, Reduction, Variable } from "../../expression/expression.ts";
import { type Algebra, type Demand, fold, topologicalOrder } from "../../expression/fold.ts";
import { conditional, mul, precedence } from "../../expression/functions.ts";
import { sharedWithin } from "../shared.ts";
import { atom, type Code, type Dialect, whole } from "./dialect.ts";
import { linear } from "./nest.ts";
import { contracted, type Operand } from "./numpy-sums.ts";
import { asNumber, limits, literal, type Scope, shortened, written } from "./statements.ts";

/** What names mean in a function of whole arrays. */
export interface NumpyScope extends Scope {
  readonly sizeOf: (index: string) => string;
  readonly arrayOf: (name: string) => { readonly text: string; readonly isInteger: boolean };
}

/** The value of a definition, after the lines that it needs. */
export interface NumpyBlock {
  readonly lines: readonly string[];
  readonly value: Code;
  readonly chooses: boolean;
}

/** What sums of exponentials are computed by. */
export const logSumExp: Helper = {
  name: "logsumexp",
  parameters: ["x", "axis"],
  summary: "log(sum(exp(x))) along an axis, without overflow",
  body: `
greatest = np.max(x, axis=axis, keepdims=True, initial=-np.inf)
shift = np.where(np.isfinite(greatest), greatest, 0.0)
with np.errstate(all="ignore"):
  return np.squeeze(shift, axis=axis) + np.log(np.sum(np.exp(x - shift), axis=axis))`,
};

/**
 * A definition in terms of whole arrays: each part is one with an axis for each of its free indices, those of the definition
 * first. Sums of products are matrix products, or else einsum.
 */
export function numpyBlock({ axes, expression }: Definition, dialect: Dialect, scope: NumpyScope): NumpyBlock {
  const order = topologicalOrder(expression);
  const isShared = sharedWithin(order, [expression]);
  const limitOf = limits(order, isShared);
  const sorted = ranking(axes, order);
  const inBranch = readInBranches(order);
  const lines: string[] = [];
  const raws = new Map<Expr, Operand>();
  const place = <T extends Code>(code: T): T => {
    const name = scope.next();
    lines.push(dialect.assign(name, code));
    return { ...code, text: name, precedence: whole, value: undefined, isLiteral: false };
  };
  const kept = (node: Expr, piece: Operand): Operand => (isShared(node) ? place(piece) : piece);

  function variable(node: Variable): Operand {
    if (node.indices.length === 0) return { ...atom(scope.variables.get(node.name) ?? node.name), axes: [] };
    const { text, isInteger } = scope.arrayOf(node.name);
    const piece = reading(node, text);
    raws.set(node, isInteger ? piece : { ...piece, ...atom(`${piece.text}.astype(int)`) });
    return isInteger ? { ...piece, ...atom(`${piece.text}.astype(float)`) } : piece;
  }

  function reading(node: Variable, text: string): Operand {
    const { indices } = node;
    const names = indices.flatMap(({ name }) => (name === undefined ? [] : [name]));
    const isSlice = indices.every(({ name, terms }) => name !== undefined || terms.length === 0);
    if (!isSlice || new Set(names).size < names.length) {
      const target = sorted(node.freeIndices);
      return { ...atom(`${text}[${positions(node, target, text).join(", ")}]`), axes: target };
    }
    const slices = indices.map(({ name, offset }) => (name === undefined ? String(offset) : ":"));
    const sliced = names.length < indices.length ? `${text}[${slices.join(", ")}]` : text;
    const target = sorted(names);
    return { ...atom(sliced + transposition(target.map(name => names.indexOf(name)))), axes: target };
  }

  // Where each index stands, as arrays with the axes of `target`.
  function positions(
    { indices, args, ...node }: Variable | Delta,
    target: readonly string[],
    array?: string,
  ): string[] {
    let next = 0;
    return indices.map(({ offset, terms }, axis) => {
      const parts = terms.map(({ coefficient, of }): readonly [number, string] => {
        if (typeof of === "string") {
          return [coefficient, aligned({ ...atom(`np.arange(${scope.sizeOf(of)})`), axes: [of] }, target).text];
        }
        const argument = args[next++];
        const raw = argument === undefined ? undefined : raws.get(argument);
        return [coefficient, raw === undefined ? "0" : aligned(raw, target).text];
      });
      const { text } = linear(offset, parts);
      const mayBeOutside =
        array !== undefined && inBranch.has(node.id) && terms.some(({ of }) => typeof of !== "string");
      return mayBeOutside ? `np.clip(${text}, 0, ${array}.shape[${axis}] - 1)` : text;
    });
  }

  function kronecker(node: Delta): Operand {
    const target = sorted(node.freeIndices);
    const [i, j] = node.indices;
    if (i.name !== undefined && j.name !== undefined && i !== j) {
      return { ...atom(`np.eye(${scope.sizeOf(i.name)})`), axes: target };
    }
    const text = positions(node, target).join(" == ");
    return { text, precedence: precedence.comparison, isTruth: true, isConstant: false, axes: target };
  }

  function reduction(node: Reduction, body: Operand): Operand {
    const { operation, index } = node;
    const number = { ...body, ...asNumber(body, dialect) };
    const axis = body.axes.indexOf(index);
    const rest = body.axes.filter(name => name !== index);
    if (axis < 0) return { ...withoutIndex(node, number), axes: rest };
    const of = body.axes.length === 1 && operation !== "logsumexp" ? number.text : `${number.text}, axis=${axis}`;
    const text = {
      sum: `np.sum(${of})`,
      maximum: `np.max(${of}, initial=-np.inf)`,
      minimum: `np.min(${of}, initial=np.inf)`,
      logsumexp: `${scope.definitions.get(logSumExp)}(${of})`,
    }[operation];
    return { ...atom(text), axes: rest };
  }

  // All values are the same.
  function withoutIndex({ operation, index }: Reduction, { text, precedence: inner }: Code): Code {
    const size = scope.sizeOf(index);
    const operand = inner > precedence.multiplicative ? text : `(${text})`;
    if (operation === "sum") return { ...atom(`${operand} * ${size}`), precedence: precedence.multiplicative };
    if (operation === "logsumexp")
      return { ...atom(`${operand} + np.log(np.float64(${size}))`), precedence: precedence.additive };
    return atom(`np.where(${size} > 0, ${text}, ${operation === "maximum" ? "-" : ""}np.inf)`);
  }

  function* product(node: Reduction, bound: readonly string[], factors: readonly Expr[]): Demand<Operand> {
    const pieces: Operand[] = [];
    for (const factor of factors) {
      const piece = yield factor;
      pieces.push({ ...piece, ...asNumber(piece, dialect) });
    }
    const missing = bound.filter(index => !pieces.some(({ axes }) => axes.includes(index)));
    for (const index of missing) pieces.push({ ...atom(scope.sizeOf(index)), axes: [] });
    const result = contracted(pieces, bound, sorted(node.freeIndices), operands => shortened(operands, 80, place));
    return kept(node, result);
  }

  const algebra: Algebra<Operand> = {
    constant: ({ value }) => ({ ...literal(value, dialect), axes: [] }),
    extent: ({ index }) => ({ ...atom(scope.sizeOf(index)), isConstant: true, axes: [] }),
    variable,
    delta: kronecker,
    call(node, args) {
      const target = sorted([...new Set(args.flatMap(({ axes }) => axes))]);
      const fitting = shortened(
        args.map(piece => aligned(piece, target)),
        limitOf(node),
        place,
      );
      return kept(node, { ...written(node, fitting, dialect, scope.definitions, place), axes: target });
    },
    reduction: (node, body) => kept(node, reduction(node, body)),
    demand(node) {
      const found = node.kind === "reduction" ? factorsOf(node, isShared) : undefined;
      return found === undefined || node.kind !== "reduction" ? undefined : product(node, found.bound, found.factors);
    },
  };
  const root = fold(expression, algebra);
  const whole_ = asNumber(aligned(root, axes), dialect);
  const isBare = expression.kind === "variable" && axes.length > 0;
  const value =
    root.axes.length < axes.length
      ? atom(`np.array(np.broadcast_to(${whole_.text}, (${axes.map(axis => `${scope.sizeOf(axis)},`).join(" ")})))`)
      : isBare
        ? atom(`np.array(${whole_.text})`)
        : whole_;
  const chooses = order.some(node => node.kind === "call" && node.fn === conditional);
  return { lines, value, chooses };
}

// Axes in the order of the definition, and then as their names are met.
function ranking(axes: readonly string[], order: readonly Expr[]): (names: readonly string[]) => readonly string[] {
  const ranks = new Map<string, number>();
  const meet = (name: string): void => {
    if (!ranks.has(name)) ranks.set(name, ranks.size);
  };
  for (const axis of axes) meet(axis);
  const namesIn = ({ terms }: Index): void => {
    for (const { of } of terms) if (typeof of === "string") meet(of);
  };
  for (const node of order) if (node.kind === "variable" || node.kind === "delta") node.indices.forEach(namesIn);
  return names => names.toSorted((a, b) => (ranks.get(a) ?? 0) - (ranks.get(b) ?? 0));
}

// What broadcasts to the axes of `target`, of which its own are some, in the same order.
function aligned(piece: Operand, target: readonly string[]): Operand {
  const [first] = piece.axes;
  const own = first === undefined ? [] : target.slice(target.indexOf(first));
  if (own.length === piece.axes.length) return piece;
  const slices = own.map(axis => (piece.axes.includes(axis) ? ":" : "None"));
  const text = piece.precedence === whole ? piece.text : `(${piece.text})`;
  return { ...piece, text: `${text}[${slices.join(", ")}]`, precedence: whole };
}

function transposition(order: readonly number[]): string {
  if (order.every((axis, i) => axis === i)) return "";
  return order.length === 2 ? ".T" : `.transpose(${order.join(", ")})`;
}

/** The factors of a sum of products over several indices; undefined where it is none. */
function factorsOf(
  root: Reduction,
  isShared: (node: Expr) => boolean,
): { readonly bound: readonly string[]; readonly factors: readonly Expr[] } | undefined {
  const bound: string[] = [];
  let body: Expr = root;
  while (body.kind === "reduction" && body.operation === "sum" && !bound.includes(body.index)) {
    if (body !== root && isShared(body)) break;
    bound.push(body.index);
    body = body.body;
  }
  const factors: Expr[] = [];
  const pending = [body];
  for (let node = pending.pop(); node !== undefined && factors.length <= most; node = pending.pop()) {
    if (node.kind === "call" && node.fn === mul && !isShared(node)) pending.push(...node.args.toReversed());
    else factors.push(node);
  }
  const arrays = factors.filter(({ freeIndices }) => freeIndices.length > 0);
  const indices = new Set(factors.flatMap(({ freeIndices }) => freeIndices));
  return arrays.length < 2 || factors.length > most || indices.size > letters ? undefined : { bound, factors };
}

// What einsum takes, with room to spare.
const most = 12;
const letters = 26;

/** The numbers of nodes that a branch of a conditional reads: they may be outside where the other is taken. */
function readInBranches(order: readonly Expr[]): ReadonlySet<number> {
  const found = new Set<number>();
  for (const node of order.toReversed()) {
    const chooses = node.kind === "call" && node.fn === conditional;
    for (const [position, argument] of node.args.entries()) {
      if (found.has(node.id) || (chooses && position > 0)) found.add(argument.id);
    }
  }
  return found;
}
