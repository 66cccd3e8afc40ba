import { companionNamed } from "../expression/define-function.ts";
import { type ErrorCode, FluxionError } from "../expression/error.ts";
import {
  asExpr,
  asIndex,
  call,
  constant,
  delta,
  describe,
  type Expr,
  extent,
  type FunctionRow,
  type Index,
  type IndexOperand,
  linearIndex,
  type Operand,
  type ReductionKind,
  reduction,
  showWith,
  type Variable,
  variable,
} from "../expression/expression.ts";
import { fold } from "../expression/fold.ts";
import { functions } from "../expression/functions.ts";
import { suggestion } from "../expression/nearest.ts";
import { ownByName } from "../expression/own.ts";

/**
 * An expression as plain data: its distinct nodes, arguments before their users, the expression itself last. Nodes name
 * their arguments by position in the list, so what is shared is written once.
 */
export interface JsonExpression {
  readonly version: 1;
  readonly nodes: readonly JsonNode[];
}

/** A node. Its arguments are positions of earlier nodes in the list. */
export type JsonNode =
  | { readonly kind: "constant"; readonly value: number }
  | { readonly kind: "variable"; readonly name: string; readonly indices?: readonly JsonIndex[] }
  /** `own` marks a function that is not of the table: `fromJSON` has to be given it. */
  | { readonly kind: "call"; readonly function: string; readonly own?: true; readonly args: readonly number[] }
  | { readonly kind: "reduction"; readonly operation: ReductionKind; readonly index: string; readonly body: number }
  | { readonly kind: "delta"; readonly indices: readonly [JsonIndex, JsonIndex] }
  | { readonly kind: "extent"; readonly index: string };

/** The name of an index, an integer, or an offset plus terms, each an integer times a name or the reading of an array. */
export type JsonIndex =
  | string
  | number
  | {
      readonly offset: number;
      readonly terms: readonly { readonly coefficient: number; readonly of: string | number }[];
    };

/** `e` as plain data for JSON, the same in every process. */
export function toJSON(e: Operand): JsonExpression {
  const nodes: JsonNode[] = [];
  const written = (node: JsonNode): number => nodes.push(node) - 1;
  const own = new Set(asExpr(e).ownFunctions);
  fold<number>(e, {
    constant: ({ value }) => written({ kind: "constant", value }),
    variable: ({ name, indices }, gathers) =>
      written({
        kind: "variable",
        name,
        ...(indices.length === 0 ? {} : { indices: writtenIndices(indices, gathers) }),
      }),
    call: ({ fn }, args) =>
      written({ kind: "call", function: fn.name, ...(own.has(fn) ? { own: true as const } : {}), args }),
    reduction: ({ operation, index }, body) => written({ kind: "reduction", operation, index, body }),
    delta({ indices }, gathers) {
      const [i = 0, j = 0] = writtenIndices(indices, gathers);
      return written({ kind: "delta", indices: [i, j] });
    },
    extent: ({ index }) => written({ kind: "extent", index }),
  });
  return { version: 1, nodes };
}

/**
 * The expression that `toJSON` wrote; `functions` holds those that are not of the table. Nothing of `value` is trusted.
 * Throws `not-an-expression` for what `toJSON` does not write, such as a node that refers to no earlier one,
 * `unsupported` for another version, `unknown-kind`, `unknown-function`, `ambiguous-function`, `arity`, `bad-index` and
 * `not-finite`.
 */
export function fromJSON(value: unknown, options: { readonly functions?: readonly FunctionRow[] } = {}): Expr {
  const { version, nodes } = recordOf(value, "an expression in JSON");
  if (version === undefined) throw malformed("an expression in JSON has a version and nodes", value);
  if (version !== 1) {
    throw new FluxionError("unsupported", `JSON of version ${describe(version)} was given; this copy reads version 1`);
  }
  const own = ownByName(options.functions ?? []);
  const read: Expr[] = [];
  for (const [position, node] of listOf(nodes, "nodes").entries()) read.push(readNode(node, { position, read, own }));
  const root = read.at(-1);
  if (root === undefined) throw malformed("an expression has at least one node", nodes);
  return root;
}

/** What a node is read with: where it stands, those before it, and the functions of the user's own. */
interface Context {
  readonly position: number;
  readonly read: readonly Expr[];
  readonly own: ReadonlyMap<string, FunctionRow>;
}

function readNode(value: unknown, context: Context): Expr {
  const node = recordOf(value, `node ${context.position}`);
  switch (node.kind) {
    case "constant":
      if (typeof node.value !== "number") throw malformed("the value of a constant is a number", node.value);
      return constant(node.value);
    case "variable":
      return variable(textOf(node.name, "the name of a variable"), ...readIndices(node.indices ?? [], context));
    case "call":
      return call(
        functionOf(node, context),
        listOf(node.args, "args").map(argument => earlier(argument, context)),
      );
    case "reduction":
      return reduction(
        reductionOf(node.operation, context),
        textOf(node.index, "the index of a reduction"),
        earlier(node.body, context),
      );
    case "delta": {
      const [i, j, ...others] = readIndices(node.indices, context);
      if (i === undefined || j === undefined || others.length > 0) throw malformed("a delta has two indices", node);
      return delta(i, j);
    }
    case "extent":
      return extent(textOf(node.index, "the index of an extent"));
    default:
      throw at(context, "unknown-kind", `is of the unknown kind ${shown(node.kind)}`);
  }
}

function functionOf({ function: given, own }: Readonly<Record<string, unknown>>, context: Context): FunctionRow {
  const name = textOf(given, "the name of a function");
  const row = own === true ? ownNamed(context, name) : (functions.get(name) ?? ownNamed(context, name));
  if (row !== undefined) return row;
  const known = own === true ? context.own : functions;
  const hint = suggestion(name, known.keys()) || `; functions of your own go to fromJSON(value, { functions })`;
  throw at(context, "unknown-function", `calls the unknown function ${shown(name)}${hint}`);
}

const ownNamed = ({ own }: Context, name: string): FunctionRow | undefined =>
  own.get(name) ?? companionNamed(own.values(), name);

function reductionOf(operation: unknown, context: Context): ReductionKind {
  const found = reductions.find(known => known === operation);
  if (found === undefined) throw at(context, "unknown-kind", `is of the unknown reduction ${shown(operation)}`);
  return found;
}

const reductions: readonly ReductionKind[] = ["sum", "maximum", "minimum", "logsumexp"];

const readIndices = (value: unknown, context: Context): readonly Index[] =>
  listOf(value, "indices").map(index => asIndex(readIndex(index, context)));

function readIndex(value: unknown, context: Context): IndexOperand {
  if (typeof value === "string" || typeof value === "number") return value;
  const { offset, terms } = recordOf(value, "an index");
  return linearIndex(
    integerOf(offset, context),
    listOf(terms, "the terms of an index").map(item => {
      const { coefficient, of } = recordOf(item, "a term of an index");
      return { coefficient: integerOf(coefficient, context), of: typeof of === "string" ? of : gatherAt(of, context) };
    }),
  );
}

function gatherAt(value: unknown, context: Context): Variable {
  const gather = earlier(value, context);
  if (gather.kind !== "variable" || gather.indices.length === 0) {
    throw at(context, "bad-index", `has node ${describe(value)} in an index, which is no reading of an array`);
  }
  return gather;
}

function earlier(value: unknown, context: Context): Expr {
  const found = typeof value === "number" ? context.read[value] : undefined;
  if (found === undefined) {
    throw at(context, "not-an-expression", `refers to ${describe(value)}, which is the position of no earlier node`);
  }
  return found;
}

function integerOf(value: unknown, context: Context): number {
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  throw at(context, "bad-index", `has ${describe(value)} in an index, where an integer belongs`);
}

function textOf(value: unknown, what: string): string {
  if (typeof value === "string") return value;
  throw malformed(`${what} is a text`, value);
}

function listOf(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw malformed(`${what} is a list`, value);
}

function recordOf(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  const hint = typeof value === "string" ? "; read a text with JSON.parse first" : "";
  throw malformed(`${what} is an object`, value, hint);
}

const shown = (value: unknown): string => (typeof value === "string" ? JSON.stringify(value) : describe(value));

const malformed = (wanted: string, value: unknown, hint = ""): FluxionError =>
  new FluxionError("not-an-expression", `${wanted}, got ${describe(value)}${hint}`);

const at = ({ position }: Context, code: ErrorCode, what: string): FluxionError =>
  new FluxionError(code, `node ${position} ${what}`);

function writtenIndices(indices: readonly Index[], gathers: readonly number[]): readonly JsonIndex[] {
  let next = 0;
  return indices.map(index => {
    if (index.name !== undefined) return index.name;
    if (index.terms.length === 0) return index.offset;
    const terms = index.terms.map(({ coefficient, of }) => ({
      coefficient,
      of: typeof of === "string" ? of : (gathers[next++] ?? 0),
    }));
    return { offset: index.offset, terms };
  });
}

showWith({ json: toJSON });
