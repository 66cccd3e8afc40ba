import { FluxionError } from "./error.ts";
import { InternTable } from "./intern-table.ts";
import { ownFunctionsIn } from "./own.ts";
import type { Rational } from "./rational.ts";

/**
 * A scalar expression: immutable, frozen and interned, so that two expressions of one structure are one object and
 * structural equality is `===`.
 */
export type Expr = Constant | Variable | Call | Reduction | Delta | Extent;

/** Numbers may stand wherever an expression is expected. */
export type Operand = Expr | number;

/** What all shapes of an expression share. */
abstract class Node {
  /** The order in which nodes were made; arguments come before their users. */
  readonly id: number = nextId++;
  /** Equal structures have equal hashes, in every process: 30 bits. */
  readonly hash: number;
  /** The number of nodes as a tree; an infinity where sharing makes it exceed all doubles. */
  readonly size: number;
  /** The number of nodes on the longest way down: 1 without arguments. */
  readonly depth: number;
  /** The expressions that this one is built of, by position. */
  readonly args: readonly Expr[];
  /** The names of the indices that are not bound within, sorted. */
  readonly freeIndices: readonly string[];
  /** The functions within that are none of the table: what `parse` and `fromJSON` have to be given to read it back. */
  readonly ownFunctions: readonly FunctionRow[];

  constructor(hash: number, args: readonly Expr[], freeIndices: readonly string[], fn?: FunctionRow) {
    this.hash = hash;
    this.args = args;
    this.freeIndices = freeIndices;
    this.ownFunctions = ownFunctionsIn(args, fn);
    let size = 1;
    for (let i = 0; i < args.length; i++) size += args[i]?.size ?? 0;
    this.size = size;
    this.depth = 1 + deepest(args);
  }

  /** The formula, with as few parentheses as it can be read back with. Throws `too-long` above a million characters. */
  toString(): string {
    return presentation.text(this as unknown as Expr);
  }

  /** What JSON.stringify writes: plain data that `fromJSON` reads. */
  toJSON(): unknown {
    return presentation.json(this as unknown as Expr);
  }

  static {
    // What console.log shows in Node: the formula, or how a long one begins.
    Object.defineProperty(Node.prototype, Symbol.for("nodejs.util.inspect.custom"), {
      value(this: Node) {
        return presentation.excerpt(this as unknown as Expr, 1_000_000);
      },
    });
  }
}

/** A finite number. Its exact value is its shortest decimal: `0.1` is one tenth. `-0` is `0`. */
export class Constant extends Node {
  readonly kind: "constant" = "constant";
  readonly value: number;
  constructor(hash: number, value: number) {
    super(hash, none, none);
    this.value = value;
    Object.freeze(this);
  }
}

/** A name, read under indices; without indices, a scalar. Its arguments are the gathers within its indices. */
export class Variable extends Node {
  readonly kind: "variable" = "variable";
  readonly name: string;
  readonly indices: readonly Index[];
  constructor(hash: number, name: string, indices: readonly Index[]) {
    super(hash, gathersOf(indices), freeIndicesOf(indices));
    this.name = name;
    this.indices = indices;
    Object.freeze(this);
  }
}

/** A function of the table applied to arguments. */
export class Call extends Node {
  readonly kind: "call" = "call";
  readonly fn: FunctionRow;
  constructor(hash: number, fn: FunctionRow, args: readonly Expr[]) {
    super(hash, args, freeIndicesIn(args), fn);
    this.fn = fn;
    // Not before: engines read what is frozen more slowly.
    Object.freeze(args);
    Object.freeze(this);
  }
}

/** A row of the table: all that the engine knows of a function, and says nowhere else. */
export interface FunctionRow {
  /** How it is called, read and printed. */
  readonly name: string;
  readonly arity: number;
  /** The value at numbers; NaN where the function is not defined. */
  readonly evaluate: (...args: number[]) => number;
  /** Conditions on the arguments, comparisons such as `x > 0`, under which it has a value. Absent: it always has one. */
  readonly domain?: (...args: Expr[]) => readonly Expr[];
  /**
   * The partial derivative for each argument, as an expression of the arguments and, after them, of the result, so
   * that nothing is computed twice. At a kink, one documented value.
   */
  readonly derivatives: readonly ((...argsAndResult: Expr[]) => Operand)[];
  /** What a textbook calls its rule of differentiation; "derivative of" and its name, unless said. */
  readonly rule?: string;
  /** The total differential as a textbook writes it, where that is not the sum of partials times differentials. */
  readonly differential?: (args: readonly Expr[], differentials: readonly Expr[], result: Expr) => Expr;
  /** What is printed before its parentheses, where that is not its name: `d/dx`. It cannot be read back. */
  readonly notation?: string;
  /** How it is written if it is no call with parentheses. */
  readonly operator?: Operator;
  /** JavaScript text for the value, given texts for the arguments (each a name or a literal). Absent: `evaluate` is called. */
  readonly code?: (...args: string[]) => string;
  /** What its value costs, in multiplications. Absent: 1 of an operator, a choice or what is whole, 16 of all others. */
  readonly cost?: (...args: Expr[]) => number;
  /** How other languages write it. A language that is left out defines a function by `expansion`. */
  readonly languages?: Readonly<Partial<Record<Language, Spelling>>>;
  /** The same function in terms of other rows, and as accurate. */
  readonly expansion?: (...args: Expr[]) => Operand;
  /** Of a function of truth values: how many of its arguments, from the first, are asked for their truth only. */
  readonly truths?: { readonly arguments: number; readonly result: boolean };
  /** The exact value at exact arguments, where there is one: constants fold through it. */
  readonly exact?: (...args: Rational[]) => Rational | undefined;
  /** Equations that hold wherever their left sides are defined. The letters are wildcards. */
  readonly identities?: (x: Expr, y: Expr, z: Expr) => readonly Identity[];
  /**
   * Equations that make a result shorter but would hide what cancels while there is more to do, as `sin(2 * x)` hides the
   * `cos(x)` that `2 * sin(x) * cos(x)` shows: they come last.
   */
  readonly contractions?: (x: Expr, y: Expr, z: Expr) => readonly Identity[];
  readonly parity?: "even" | "odd";
  /** What half a turn does, of a function of an angle: `f(x + pi)` is `f(x)` or `-f(x)`. */
  readonly halfTurn?: "same" | "opposite";
  readonly commutative?: true;
  /** What is known of every value that it takes. */
  readonly range?: "positive" | "nonnegative" | "truth";
  /** True of those whose values stay within bounds, whatever their arguments. */
  readonly bounded?: true;
  /** Whole at whole arguments, or at all. */
  readonly whole?: "closed" | "always";
  /** True of an `f` with `f(x * y) = f(x) * f(y)`. */
  readonly multiplicative?: true;
  /** True of those whose partials only choose: what they leave out must not count, however large it is. */
  readonly selection?: true;
  /** The position of an argument that is a natural number, an order or degree: there is no derivative in it. */
  readonly order?: number;
  /**
   * How it is written in LaTeX if not by its name: the command before the parentheses, or the sign of an operator; else a
   * form of its own.
   */
  readonly latex?: string | LatexForm;
  /** The function of a name that comes with this one, as `sigma'` does with an uninterpreted `sigma`. */
  readonly companion?: (name: string) => FunctionRow | undefined;
}

/** How an operator is written. The higher its precedence, the tighter it binds. */
export interface Operator {
  readonly symbol: string;
  readonly position: "prefix" | "infix" | "postfix" | "ternary";
  readonly precedence: number;
  /** Which operand may have the operator's own precedence without parentheses. */
  readonly associative?: "left" | "right" | "none";
}

/** The languages that code is printed in; TypeScript is JavaScript with types. */
export type Language = "javascript" | "python" | "c";

/** How a language writes a function; it may depend on the arguments. */
export type Spelling = NativeForm | ((...args: Expr[]) => NativeForm);

/** An operator of the language, the name of a function of its library, or a function to be defined where it is used. */
export type NativeForm = Operator | string | Helper;

/** A function written in a language, whose header the printer adds. */
export interface Helper {
  readonly name: string;
  readonly parameters: readonly string[];
  /** What it computes, in a line. */
  readonly summary: string;
  /** The statements, from the left margin, two spaces a level. */
  readonly body: string;
  /** The functions that the body calls by name. */
  readonly needs?: readonly Helper[];
}

/** How a function is written in LaTeX that is no name before parentheses. */
export type LatexForm =
  /** The formula that a textbook writes in its place. */
  | { readonly as: (...args: Expr[]) => Expr }
  /** One of the arrangements that are more than a row of signs. */
  | { readonly layout: "product" | "fraction" | "power" | "sign" | "cases" }
  | {
      /** The text, given texts for the arguments. */
      readonly write: (...args: string[]) => string;
      /** How tightly it binds, where brackets do not enclose it all. */
      readonly precedence?: number;
      /** Arguments that bind less tightly than this are put in parentheses; absent if braces or bars enclose them. */
      readonly argument?: number;
    };

/** `from` equals `to` wherever `from` is defined and every letter meets its condition. */
export type Identity = readonly [from: Expr, to: Operand, where?: Readonly<Record<string, Condition>>];

/** What a wildcard's match must be known to be. */
export type Condition = "positive" | "nonnegative" | "nonzero" | "integer" | "natural" | "constant";

/** How the values of a body become one. */
export type ReductionKind = "sum" | "maximum" | "minimum" | "logsumexp";

/** A body, reduced over all values of an index, which is bound within it. */
export class Reduction extends Node {
  readonly kind: "reduction" = "reduction";
  readonly operation: ReductionKind;
  readonly index: string;
  readonly body: Expr;
  constructor(hash: number, operation: ReductionKind, index: string, body: Expr) {
    const free = body.freeIndices;
    super(hash, Object.freeze([body]), free.includes(index) ? free.filter(name => name !== index) : free);
    this.operation = operation;
    this.index = index;
    this.body = body;
    Object.freeze(this);
  }
}

/** Kronecker's delta: 1 where its two indices are equal, else 0. Its arguments are the gathers within them. */
export class Delta extends Node {
  readonly kind: "delta" = "delta";
  readonly indices: readonly [Index, Index];
  constructor(hash: number, indices: readonly [Index, Index]) {
    super(hash, gathersOf(indices), freeIndicesOf(indices));
    this.indices = indices;
    Object.freeze(this);
  }
}

/** The number of values that an index takes. */
export class Extent extends Node {
  readonly kind: "extent" = "extent";
  readonly index: string;
  constructor(hash: number, index: string) {
    super(hash, none, none);
    this.index = index;
    Object.freeze(this);
  }
}

/** A term of an index: the name of an index, or a reading of an integer array, times an integer. */
export interface IndexTerm {
  readonly coefficient: number;
  readonly of: string | Variable;
}

/** A position along an axis: `offset` plus the terms. Interned, as expressions are. */
export class Index {
  readonly offset: number;
  readonly terms: readonly IndexTerm[];
  readonly hash: number;
  constructor(hash: number, offset: number, terms: readonly IndexTerm[]) {
    this.hash = hash;
    this.offset = offset;
    this.terms = Object.freeze(terms.map(term => Object.freeze({ ...term })));
    Object.freeze(this);
  }

  /** The name, if the index is a name and nothing else. */
  get name(): string | undefined {
    const [term, second] = this.terms;
    if (this.offset !== 0 || term === undefined || second !== undefined || term.coefficient !== 1) return undefined;
    return typeof term.of === "string" ? term.of : undefined;
  }
}

/** What may be given as an index: a name, an integer, a reading of an integer array, or a sum of those. */
export type IndexOperand = string | number | Variable | Index;

/** A number as an expression. Throws `not-finite` for NaN and the infinities. */
export function constant(value: number): Constant {
  if (typeof value !== "number") throw notAnExpression(value, "a number");
  if (!Number.isFinite(value)) {
    throw new FluxionError(
      "not-finite",
      `a constant is a finite number, got ${value}; give it as a variable's value instead`,
    );
  }
  const number = value === 0 ? 0 : value;
  double[0] = number;
  const hash = mix(mix(mix(0x51, words[0] ?? 0), words[1] ?? 0), 1);
  const likely = nodeTable.likely(finish(hash));
  return likely?.kind === "constant" && likely.value === number ? likely : internConstant(number, hash);
}

/**
 * The variable of a name, which may be any string; with indices, the reading of an array: `variable("W", "j", "k")`. Throws
 * `bad-index` for what is no index.
 */
export function variable(name: string, ...indices: IndexOperand[]): Variable {
  if (typeof name !== "string") throw notAnExpression(name, "a variable's name");
  const list = indices.length === 0 ? none : Object.freeze(indices.map(asIndex));
  let hash = mixText(0x3f, name);
  for (const index of list) hash = mix(hash, index.hash);
  return intern(
    hash,
    node => node.kind === "variable" && node.name === name && same(node.indices, list),
    key => new Variable(key, name, list),
  );
}

/**
 * The application of a row, of the table or of one's own. Throws `arity` if the number of arguments is not the row's, and
 * `ambiguous-function` if another function of the same name is within, or in the table.
 */
export function call(fn: FunctionRow, args: readonly Operand[]): Call {
  return callOfSeed(fn, callSeed(fn.name), fn.arity, [...args]);
}

/** `call`, where the row's arity and the seed of its name are known already; the list of arguments becomes the call's own. */
export function callOfSeed(fn: FunctionRow, seed: number, arity: number, args: Operand[]): Call {
  if (args.length !== arity) {
    throw new FluxionError("arity", `${fn.name} takes ${count(arity, "argument")}, got ${args.length}`);
  }
  const operands = operandsIn(args);
  // Hashes alone would run into a cycle along a chain, after as many nodes as the root of their number.
  let hash = mix(seed, deepest(operands));
  for (let i = 0; i < operands.length; i++) hash = mix(hash, operands[i]?.hash ?? 0);
  const likely = nodeTable.likely(finish(hash));
  return likely !== undefined && isCall(likely, fn, operands) ? likely : internCall(fn, operands, hash);
}

/** Where the hashes of the calls of a function of that name begin. */
export const callSeed = (name: string): number => mixText(0x77, name);

/** The reduction of `body` over all values of the index named `index`. */
export function reduction(operation: ReductionKind, index: string | Index, body: Operand): Reduction {
  const name = indexName(index);
  const operand = asExpr(body);
  const hash = mix(mix(mixText(mixText(0x29, operation), name), operand.depth), operand.hash);
  return intern(
    hash,
    node => node.kind === "reduction" && node.operation === operation && node.index === name && node.body === operand,
    key => new Reduction(key, operation, name, operand),
  );
}

/** Kronecker's delta: 1 where the two indices are equal, else 0. */
export function delta(i: IndexOperand, j: IndexOperand): Delta {
  const indices = Object.freeze([asIndex(i), asIndex(j)] as const);
  const hash = mix(mix(0x13, indices[0].hash), indices[1].hash);
  return intern(
    hash,
    node => node.kind === "delta" && same(node.indices, indices),
    key => new Delta(key, indices),
  );
}

/** The number of values that the index named `index` takes. */
export function extent(index: string | Index): Extent {
  const name = indexName(index);
  return intern(
    mixText(0x41, name),
    node => node.kind === "extent" && node.index === name,
    key => new Extent(key, name),
  );
}

/** A name, an integer or the reading of an integer array, as an index. Throws `bad-index` for everything else. */
export const index = (operand: IndexOperand): Index => asIndex(operand);

/** The sum of two indices: `shift("i", "p")` is `i+p`, the window of a convolution; `shift("i", -1)` is `i-1`. */
export function shift(i: IndexOperand, by: IndexOperand): Index {
  const [left, right] = [asIndex(i), asIndex(by)];
  return linearIndex(left.offset + right.offset, [...left.terms, ...right.terms]);
}

/** An integer multiple of an index: `scaleIndex("i", 2)` is `2*i`, a stride. */
export function scaleIndex(i: IndexOperand, factor: number): Index {
  const operand = asIndex(i);
  if (!Number.isSafeInteger(factor))
    throw new FluxionError("bad-index", `an index is scaled by an integer, got ${factor}`);
  return linearIndex(
    operand.offset * factor,
    operand.terms.map(term => ({ coefficient: term.coefficient * factor, of: term.of })),
  );
}

/** `offset` plus the terms, like terms collected. */
export function linearIndex(offset: number, terms: readonly IndexTerm[]): Index {
  const coefficients = new Map<string | Variable, number>();
  for (const { coefficient, of } of terms) coefficients.set(of, (coefficients.get(of) ?? 0) + coefficient);
  const collected = [...coefficients]
    .filter(([, coefficient]) => coefficient !== 0)
    .map(([of, coefficient]) => ({ coefficient, of }))
    .sort((a, b) => compareTexts(termKey(a), termKey(b)));
  if (![offset, ...coefficients.values()].every(Number.isSafeInteger)) {
    throw new FluxionError(
      "bad-index",
      `an index is made of integers, got ${[offset, ...coefficients.values()].join(", ")}`,
    );
  }
  let hash = mix(0x65, offset | 0);
  for (const { coefficient, of } of collected) {
    hash = mix(typeof of === "string" ? mixText(hash, of) : mix(mix(hash, of.depth), of.hash), coefficient | 0);
  }
  return indexTable.intern(
    finish(hash),
    found =>
      found.offset === offset &&
      found.terms.length === collected.length &&
      found.terms.every((term, i) => term.of === collected[i]?.of && term.coefficient === collected[i]?.coefficient),
    key => new Index(key, offset, collected),
  );
}

/** `node` with other arguments; itself if they are the same. Throws `bad-index` if a gather would become no variable. */
export function rebuild(node: Expr, args: readonly Expr[]): Expr {
  if (same(node.args, args)) return node;
  switch (node.kind) {
    case "call":
      return call(node.fn, args);
    case "reduction":
      return reduction(node.operation, node.index, args[0] ?? node.body);
    case "variable":
      return variable(node.name, ...withGathers(node.indices, args));
    case "delta": {
      const [i = node.indices[0], j = node.indices[1]] = withGathers(node.indices, args);
      return delta(i, j);
    }
    case "constant":
    case "extent":
      return node;
  }
}

/** True of the expressions that this copy of the package made. */
export const isExpr = (value: unknown): value is Expr => value instanceof Node;

/**
 * `value` as an expression: itself, or a number as a constant. Throws `not-finite` for NaN and the infinities,
 * `foreign-expression` for what another copy of the package made, `not-an-expression` for everything else.
 */
export function asExpr(value: Operand): Expr {
  if (value instanceof Node) return value;
  if (typeof value === "number") return constant(value);
  throw notAnExpression(value, "an expression or a number");
}

/** `value` as an index. Throws `bad-index` for what is none. */
export function asIndex(value: IndexOperand): Index {
  if (value instanceof Index) return value;
  if (typeof value === "string") return linearIndex(0, [{ coefficient: 1, of: value }]);
  if (typeof value === "number" && Number.isSafeInteger(value)) return linearIndex(value, []);
  if (value instanceof Variable) {
    if (value.indices.length > 0) return linearIndex(0, [{ coefficient: 1, of: value }]);
    throw new FluxionError(
      "bad-index",
      `the variable ${value} is a scalar; an index is a name in quotes, or a reading such as token[n]`,
    );
  }
  throw new FluxionError(
    "bad-index",
    `an index is a name, an integer or a reading of an integer array, got ${describe(value)}`,
  );
}

/** How expressions show themselves. */
export interface Presentation {
  /** The formula. */
  readonly text: (root: Expr) => string;
  /** The formula where it has at most `maxLength` characters, else how it begins. Never an error. */
  readonly excerpt: (root: Expr, maxLength: number) => string;
  /** Plain data for JSON. */
  readonly json: (root: Expr) => unknown;
}

/** Sets how expressions show themselves; the printers do this when they are loaded. */
export function showWith(printer: Partial<Presentation>): void {
  Object.assign(presentation, printer);
}

/** The formula for the message of an error: a long one is cut. */
export const excerpt = (e: Expr): string => presentation.excerpt(e, 200);

/** A value in a few words, for the message of an error. */
export function describe(value: unknown): string {
  if (typeof value === "string") return `the string ${JSON.stringify(value)}`;
  if (typeof value === "function") return `the function ${value.name || "without a name"}`;
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object" && value !== null) return "an object";
  return String(value);
}

const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? "" : "s"}`;

function notAnExpression(value: unknown, wanted: string): FluxionError {
  if (typeof value === "object" && value !== null && "kind" in value && "args" in value && "hash" in value) {
    return new FluxionError(
      "foreign-expression",
      "an expression made by another copy of the package; carry it over with toJSON and fromJSON, or load the package once",
    );
  }
  const hint = typeof value === "string" ? "; parse(text) reads a formula, variable(name) makes a variable" : "";
  return new FluxionError("not-an-expression", `expected ${wanted}, got ${describe(value)}${hint}`);
}

function indexName(operand: string | Index): string {
  const name = typeof operand === "string" ? operand : operand instanceof Index ? operand.name : undefined;
  if (name === undefined) {
    throw new FluxionError("bad-index", `a bound index is a plain name, got ${describe(operand)}`);
  }
  return name;
}

const isCall = (node: Expr, fn: FunctionRow, args: readonly Expr[]): node is Call =>
  node.kind === "call" && node.fn === fn && same(node.args, args);

// Apart from `constant` and `call`, whose common way makes no closure.
const internConstant = (value: number, hash: number): Constant =>
  intern(
    hash,
    node => node.kind === "constant" && node.value === value,
    key => new Constant(key, value),
  );

const internCall = (fn: FunctionRow, args: readonly Expr[], hash: number): Call =>
  intern(
    hash,
    node => isCall(node, fn, args),
    key => new Call(key, fn, args),
  );

// Numbers become constants in place.
function operandsIn(args: Operand[]): Expr[] {
  for (let i = 0; i < args.length; i++) args[i] = asExpr(args[i] as Operand);
  return args as Expr[];
}

const none: readonly never[] = Object.freeze([]);

function same<T>(a: readonly T[], b: readonly T[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function deepest(args: readonly Expr[]): number {
  let depth = 0;
  for (let i = 0; i < args.length; i++) {
    const own = args[i]?.depth ?? 0;
    if (own > depth) depth = own;
  }
  return depth;
}

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

// Names before gathers, each in alphabetical order; gathers of one array by structure.
const termKey = (term: IndexTerm): string =>
  typeof term.of === "string" ? `0${term.of}` : `1${term.of.name} ${term.of.hash}`;

function gathersOf(indices: readonly Index[]): readonly Expr[] {
  const gathers = indices.flatMap(({ terms }) => terms.flatMap(({ of }) => (typeof of === "string" ? [] : [of])));
  return gathers.length === 0 ? none : Object.freeze(gathers);
}

// The gathers of a node are its arguments, in the order in which its indices hold them.
function withGathers(indices: readonly Index[], args: readonly Expr[]): readonly Index[] {
  let position = 0;
  return indices.map(({ offset, terms }) => {
    const replaced = terms.map(({ coefficient, of }) => {
      if (typeof of === "string") return { coefficient, of };
      const gather = args[position++] ?? of;
      if (gather.kind !== "variable" || gather.indices.length === 0) {
        throw new FluxionError(
          "bad-index",
          `only a reading of an integer array can stand for ${excerpt(of)} in an index, not ${excerpt(gather)}`,
        );
      }
      return { coefficient, of: gather };
    });
    return linearIndex(offset, replaced);
  });
}

function freeIndicesOf(indices: readonly Index[]): readonly string[] {
  if (indices.length === 0) return none;
  return union(indices.flatMap(({ terms }) => terms.map(({ of }) => (typeof of === "string" ? [of] : of.freeIndices))));
}

function freeIndicesIn(args: readonly Expr[]): readonly string[] {
  for (let i = 0; i < args.length; i++) {
    if ((args[i]?.freeIndices ?? none).length > 0) return union(args.map(each => each.freeIndices));
  }
  return none;
}

function union(lists: readonly (readonly string[])[]): readonly string[] {
  let result: readonly string[] = none;
  for (const list of lists) {
    if (list === result || list.every(name => result.includes(name))) continue;
    result = result.length === 0 ? list : [...result, ...list.filter(name => !result.includes(name))];
  }
  return result.length < 2 ? Object.freeze(result) : Object.freeze([...result].sort(compareTexts));
}

function intern<T extends Expr>(hash: number, matches: (node: Expr) => boolean, make: (hash: number) => T): T {
  // What `matches` accepts has the kind that `make` makes.
  return nodeTable.intern(finish(hash), matches, make) as T;
}

const mix = (hash: number, word: number): number => {
  const mixed = Math.imul(hash ^ word, 0x9e3779b1);
  return Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b);
};

function mixText(seed: number, text: string): number {
  let hash = mix(seed, text.length);
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return mix(hash, 0);
}

// Thirty bits: the integers that engines keep without a box.
const finish = (hash: number): number => (hash ^ (hash >>> 16)) & 0x3fffffff;

const double = new Float64Array(1);
const words = new Int32Array(double.buffer);
const nodeTable = new InternTable<Expr>();
const indexTable = new InternTable<Index>();
let nextId = 0;

// In the notation of constructors, until the printer is loaded: an iterative walk, since depth is the user's.
const inConstructors = (root: Expr): string => {
  const parts: string[] = [];
  const pending: (Expr | string)[] = [root];
  for (let item = pending.pop(); item !== undefined && parts.length < 1e5; item = pending.pop()) {
    if (typeof item === "string") parts.push(item);
    else if (item.kind === "constant") parts.push(String(item.value));
    else if (item.kind === "variable") parts.push(item.name);
    else if (item.kind === "call") {
      parts.push(item.fn.name);
      const args = item.args.flatMap((argument, i) => (i === 0 ? [argument] : [", ", argument]));
      pending.push(")", ...args.reverse(), "(");
    } else parts.push(item.kind);
  }
  return parts.join("");
};

const presentation: Presentation = {
  text: inConstructors,
  excerpt: (root, maxLength) => inConstructors(root).slice(0, maxLength),
  json: () => {
    throw new FluxionError("unsupported", "JSON needs the module that holds toJSON to be loaded; import toJSON");
  },
};
