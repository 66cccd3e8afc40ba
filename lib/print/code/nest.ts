import type { Definition } from "../../expression/definition.ts";
import {
  call,
  type FunctionRow,
  type Index,
  type Reduction,
  type Variable,
  variable,
} from "../../expression/expression.ts";
import { topologicalOrder } from "../../expression/fold.ts";
import { exp, log, max, min, precedence } from "../../expression/functions.ts";
import { sharedWithin } from "../shared.ts";
import { type Block, blocksOf, type Instance, isKnownDelta, type Lines } from "./blocks.ts";
import { atom, type Code, type Dialect, type LoopWords, whole } from "./dialect.ts";
import { asNumber, asTruth, limits, literal, type Scope, shortened, written } from "./statements.ts";

/** What names mean where loops stand. */
export interface NestScope extends Scope {
  readonly words: LoopWords;
  /** How many values an index takes. */
  readonly sizeOf: (index: string) => string;
  readonly arrayOf: (name: string) => ArrayText;
  /** An identifier for an index that is none of these. */
  readonly loopVariable: (index: string, taken: ReadonlySet<string>) => string;
}

/** A flat array in row-major order. */
export interface ArrayText {
  readonly text: string;
  /** Whether its elements are integers in the language. */
  readonly isInteger: boolean;
  /** The number of elements along an axis. */
  readonly axis: (axis: number) => string;
}

/** The rows that loops are written with, though the expression has reductions in their place. */
export const rowsOf: Readonly<Record<Reduction["operation"], readonly FunctionRow[]>> = {
  sum: [],
  maximum: [max],
  minimum: [min],
  logsumexp: [exp, log],
};

/**
 * The statements that compute a definition: a loop for each axis, within which each sum and each maximum is a loop with an
 * accumulator. What does not depend on an index is computed outside of its loop, and what has several users once. A branch
 * that holds a loop or a gather is computed only where it is taken. `store` gives the value of an element to what holds it.
 */
export function nestOf({ axes, expression }: Definition, store: (value: Code) => string, about: About): Lines {
  const { dialect, scope } = about;
  const order = topologicalOrder(expression);
  const { outer, inner, instances } = blocksOf(expression, order, axes, scope.loopVariable);
  const isShared = sharedWithin(order, [expression]);
  const limitOf = limits(order, isShared);
  for (const node of order) {
    for (const instance of instances.get(node) ?? []) instance.code = codeOf(instance, limitOf(node), about);
  }
  const [root] = instances.get(expression) ?? [];
  inner.lines.push(store(asNumber(root?.code ?? literal(0, dialect), dialect)));
  let lines = inner;
  // The loops over axes close from the innermost outwards.
  for (let block = inner; block !== outer; block = lines) {
    lines = block.parent ?? outer;
    lines.lines.push(...loop(block, scope));
  }
  return outer.lines;
}

/** What a nest is written with. */
export interface About {
  readonly dialect: Dialect;
  readonly scope: NestScope;
}

function codeOf(instance: Instance, limit: number, about: About): Code {
  const { node, block, args, isNamed } = instance;
  const { dialect, scope } = about;
  const codes = args.map(({ code }) => code);
  const place = (code: Code): Code => {
    const name = scope.next();
    block.lines.push(dialect.assign(name, code));
    return { ...code, text: name, precedence: whole, value: undefined, isLiteral: false };
  };
  switch (node.kind) {
    case "constant":
      return literal(node.value, dialect);
    case "extent":
      return atom(scope.words.asNumber(scope.sizeOf(node.index)));
    case "variable":
      return node.indices.length === 0
        ? atom(scope.variables.get(node.name) ?? node.name)
        : read(node, instance, about);
    case "delta": {
      // A language may know what is compared, and refuse to compare it.
      if (isKnownDelta(node)) return literal(node.indices[0] === node.indices[1] ? 1 : 0, dialect);
      const [i, j] = positions(node.indices, instance);
      const text = `${i?.text} ${scope.words.equals} ${j?.text}`;
      return { text, precedence: precedence.comparison, isTruth: true, isConstant: false };
    }
    case "call": {
      if (instance.branches.length > 0) return choose(instance, about);
      const fitting = shortened(codes, limit, place);
      const code = written(node, fitting, dialect, scope.definitions, place);
      return isNamed ? place(code) : code;
    }
    case "reduction":
      return reduce(node, instance, about);
  }
}

function read(node: Variable, instance: Instance, about: About): Code {
  const { scope } = about;
  const array = scope.arrayOf(node.name);
  const [first = zero, ...others] = positions(node.indices, instance);
  let position = first;
  for (const [i, { text, isSum }] of others.entries()) {
    const rows = position.isSum ? `(${position.text})` : position.text;
    position =
      position.text === "0" ? { text, isSum } : { text: `${rows} * ${array.axis(i + 1)} + ${text}`, isSum: true };
  }
  const element = scope.words.element(`${array.text}[${position.text}]`);
  instance.raw = array.isInteger ? element : scope.words.asPosition(element);
  if (instance.isNamed) {
    const name = scope.next();
    instance.block.lines.push(scope.words.position(name, instance.raw));
    instance.raw = name;
  }
  return atom(array.isInteger ? scope.words.asNumber(element) : element);
}

interface Position {
  readonly text: string;
  readonly isSum: boolean;
}

const zero: Position = { text: "0", isSum: false };

// Where indices stand; the gathers within are the arguments of the instance, in this order.
function positions(indices: readonly Index[], { args, loops }: Instance): readonly Position[] {
  let next = 0;
  return indices.map(({ offset, terms }) => {
    const parts = terms.map(({ coefficient, of }): readonly [number, string] => {
      const text = typeof of === "string" ? loops.get(of)?.loop?.variable : args[next++]?.raw;
      return [coefficient, text ?? "0"];
    });
    return linear(offset, parts);
  });
}

/** A sum of multiples as text. */
export function linear(offset: number, terms: readonly (readonly [coefficient: number, text: string])[]): Position {
  const parts = [
    // What is added comes first, so that it does not begin with a sign.
    ...terms.filter(([coefficient]) => coefficient > 0),
    ...terms.filter(([coefficient]) => coefficient < 0),
  ].map(([coefficient, text]): readonly [boolean, string] => {
    const factor = Math.abs(coefficient);
    return [coefficient < 0, factor === 1 ? text : `${factor} * ${text}`];
  });
  if (offset !== 0 || parts.length === 0) parts.push([offset < 0, String(Math.abs(offset))]);
  const text = parts
    .map(([isNegative, part], i) =>
      i === 0 ? `${isNegative ? "-" : ""}${part}` : `${isNegative ? " - " : " + "}${part}`,
    )
    .join("");
  return { text, isSum: parts.length > 1 || /[-*]/.test(text) };
}

function choose({ args, block, branches }: Instance, { dialect, scope }: About): Code {
  const [condition = literal(0, dialect), x, y] = args.map(({ code }) => code);
  const name = scope.next();
  const assigned = (code: Code | undefined): string =>
    `${name} = ${asNumber(code ?? literal(0, dialect), dialect).text};`;
  const [yes, no] = branches.map(({ lines }) => lines);
  block.lines.push(
    scope.words.mutable(name),
    `if (${asTruth(condition, dialect).text}) {`,
    [...(yes ?? []), assigned(x)],
    "} else {",
    [...(no ?? []), assigned(y)],
    "}",
  );
  return atom(name);
}

function reduce(node: Reduction, instance: Instance, { dialect, scope }: About): Code {
  const [inner] = instance.branches;
  const { words } = scope;
  if (inner === undefined) return atom("0");
  const body = asNumber(instance.args[0]?.code ?? literal(0, dialect), dialect);
  const total = scope.next();
  const into = instance.block.lines;
  const apply = (row: FunctionRow, ...operands: readonly Code[]): string => {
    const letters = operands.map((_, i) => variable(String(i)));
    return written(call(row, letters), operands, dialect, scope.definitions, code => code).text;
  };
  switch (node.operation) {
    case "sum":
      into.push(words.mutable(total, dialect.literal(0)));
      inner.lines.push(`${total} += ${body.text};`);
      into.push(...loop(inner, scope));
      return atom(total);
    case "maximum":
    case "minimum": {
      const [row = max] = rowsOf[node.operation];
      const least = node.operation === "maximum";
      into.push(words.mutable(total, `${least ? "-" : ""}${words.infinity}`));
      inner.lines.push(`${total} = ${apply(row, atom(total), body)};`);
      into.push(...loop(inner, scope));
      return atom(total);
    }
    case "logsumexp": {
      // The sum is that of exp(body - greatest) so far; it is scaled where a greater one comes.
      const [greatest, value] = [scope.next(), scope.next()];
      const difference = (a: string, b: string): Code => ({ ...atom(`${a} - ${b}`), precedence: precedence.additive });
      const scaled = apply(exp, difference(greatest, value));
      into.push(words.mutable(greatest, `-${words.infinity}`), words.mutable(total, dialect.literal(0)));
      inner.lines.push(
        dialect.assign(value, body),
        `if (${value} > ${greatest}) {`,
        [`${total} = ${total} * ${scaled} + ${dialect.literal(1)};`, `${greatest} = ${value};`],
        "} else {",
        [
          `${total} += ${value} ${words.equals} ${greatest} ? ${dialect.literal(1)} : ${apply(exp, difference(value, greatest))};`,
        ],
        "}",
      );
      into.push(...loop(inner, scope));
      const result = scope.next();
      into.push(dialect.assign(result, { ...atom(`${greatest} + ${apply(log, atom(total))}`) }));
      return atom(result);
    }
  }
}

const loop = ({ loop, lines }: Block, { words, sizeOf }: NestScope): Lines =>
  loop === undefined ? lines : [words.loop(loop.variable, sizeOf(loop.index)), lines, "}"];
