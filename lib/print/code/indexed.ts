import { checkedDefinitions, type Definitions } from "../../expression/definition.ts";
import type { Variable } from "../../expression/expression.ts";
import { axesMismatch } from "../../expression/extents.ts";
import { topologicalOrder } from "../../expression/fold.ts";
import type { Lines } from "./blocks.ts";
import type { ArrayOutput, Code, Dialect, LoopWords, Parameter } from "./dialect.ts";
import type { Defined } from "./forms.ts";
import { type Names, namesIn } from "./names.ts";
import { type ArrayText, linear, nestOf } from "./nest.ts";
import { type Axis, type Size, type Sizes, sizesOf } from "./sizes.ts";

/** What a function of arrays is written from. */
export interface ArrayFunction {
  readonly definitions: Definitions;
  /** What the result of each definition is called; undefined of the only one, which is a number. */
  readonly titles: readonly (string | undefined)[];
  readonly name: string;
  /** The identifiers of the variables, in order. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly functions: ReadonlyMap<Defined, string>;
  readonly names: Names;
  readonly comment: readonly string[];
}

/** An array that is read. */
export interface Input {
  readonly axes: number;
  /** Whether it is read within indices. */
  readonly isInteger: boolean;
}

/**
 * The arrays that definitions read and do not define; a scalar has no axes. Throws `bad-value` for what is read under one
 * number of indices and under another.
 */
export function inputsOf(definitions: Definitions): ReadonlyMap<string, Input> {
  const inputs = new Map<string, Input>();
  const defined = new Map(checkedDefinitions(definitions).map(({ name, axes }) => [name, axes]));
  const gathers = new Set<string>();
  const readings: Variable[] = [];
  for (const node of topologicalOrder(...definitions.map(({ expression }) => expression))) {
    if (node.kind === "variable") readings.push(node);
    if (node.kind !== "variable" && node.kind !== "delta") continue;
    for (const gather of node.args) if (gather.kind === "variable") gathers.add(gather.name);
  }
  for (const reading of readings) {
    const { name, indices } = reading;
    const axes = defined.get(name)?.length ?? inputs.get(name)?.axes ?? indices.length;
    if (axes !== indices.length) throw axesMismatch(reading, axes);
    if (!defined.has(name)) inputs.set(name, { axes, isInteger: gathers.has(name) });
  }
  return inputs;
}

/** A function of arrays in a language that has loops: a nest of them for each definition. */
export function loopFunction(about: ArrayFunction, dialect: Dialect): string {
  const { definitions, titles, names, name, comment, parameters } = about;
  const words = dialect.loops;
  if (words === undefined) return "";
  const inputs = inputsOf(definitions);
  const out = names.take("out");
  const fields = namesIn({ ...dialect, reserved: dialect.keywords });
  const locals = new Map(
    definitions.map(({ name }, i): readonly [string, typeof noName] => {
      const title = titles[i];
      if (title === undefined) return [name, { ...noName, name: title }];
      return [name, { name: title, field: fields.take(title), local: names.take(title) }];
    }),
  );
  const { sizes, text, declared } = sizeTexts(definitions, words, names);
  const variables = new Map(parameters);
  const resultOf = (defined: string): string => words.result(locals.get(defined) ?? noName);
  for (const { name, axes } of definitions) if (axes.length === 0) variables.set(name, resultOf(name));
  const arrayOf = (array: string): ArrayText => ({
    text: parameters.get(array) ?? resultOf(array),
    isInteger: inputs.get(array)?.isInteger ?? false,
    axis: axis => text(sizes.ofAxis(array, axis)),
  });
  const scope = {
    words,
    variables,
    definitions: about.functions,
    next: names.next,
    sizeOf: (index: string) => text(sizes.ofIndex(index)),
    arrayOf,
    loopVariable: loopVariables(names),
  };
  const nest: (string | Lines)[] = [];
  for (const [i, each] of definitions.entries()) {
    // In the order of the loops.
    for (const axis of each.axes) scope.sizeOf(axis);
    const position = elementOf(each.axes, arrayOf(each.name), scope.loopVariable);
    const store = (value: Code): string =>
      position === undefined
        ? words.store(locals.get(each.name) ?? noName, value)
        : `${resultOf(each.name)}[${position}] = ${value.text};`;
    const lines = nestOf(each, store, { dialect, scope });
    if (i > 0 && (lines.length > 1 || nest.length > 1)) nest.push("");
    nest.push(...lines);
  }
  const outputs = definitions.map((each): ArrayOutput => {
    const extents = each.axes.map(axis => text(sizes.ofIndex(axis)));
    return { ...(locals.get(each.name) ?? noName), size: extents.length === 0 ? undefined : extents.join(" * ") };
  });
  const given = [...parameters].map(([variable, parameter]): Parameter => {
    const { axes = 0, isInteger = false } = inputs.get(variable) ?? {};
    return { name: parameter, type: axes === 0 ? "number" : isInteger ? "integers" : "array" };
  });
  const shapes = shapesIn(
    definitions,
    inputs,
    parameters,
    (array, axis) => {
      const size = sizes.ofAxis(array, axis);
      return declared.names.get(size) ?? "";
    },
    locals,
  );
  const lines = flat(nest);
  const mentioned = new Set([...declared.lines, ...lines].join("\n").match(/\w+/g));
  return words.function({
    name,
    parameters: [...given, ...declared.parameters.map((name): Parameter => ({ name, type: "size" }))],
    unused: given.flatMap(({ name }) => (mentioned.has(name) ? [] : [name])),
    comment: [...comment, ...shapes],
    sizes: declared.lines,
    lines,
    outputs,
    out,
  });
}

const noName: Pick<ArrayOutput, "name" | "field" | "local"> = { name: undefined, field: "", local: "" };

// The element that the loops over axes stand at; undefined of a scalar.
function elementOf(
  axes: readonly string[],
  array: ArrayText,
  loopVariable: (index: string, taken: ReadonlySet<string>) => string,
): string | undefined {
  const taken = new Set<string>();
  let position: string | undefined;
  for (const [i, axis] of axes.entries()) {
    const variable = loopVariable(axis, taken);
    taken.add(variable);
    position =
      position === undefined ? variable : `${i > 1 ? `(${position})` : position} * ${array.axis(i)} + ${variable}`;
  }
  return position;
}

// An index has the same variable wherever no loop around has it already.
function loopVariables(names: Names): (index: string, taken: ReadonlySet<string>) => string {
  const known = new Map<string, string[]>();
  return (index, taken) => {
    const variables = known.get(index) ?? [];
    known.set(index, variables);
    const free = variables.find(variable => !taken.has(variable));
    if (free !== undefined) return free;
    const made = names.take(index);
    variables.push(made);
    return made;
  };
}

/** What sizes are written with; `length` reads that of an axis, where arrays know it. */
export interface SizeWords extends Pick<LoopWords, "position" | "quotient" | "least"> {
  readonly length?: (axis: Axis) => string;
}

export interface SizeTexts {
  readonly sizes: Sizes;
  readonly text: (size: Size) => string;
  readonly declared: Declared;
}

interface Declared {
  readonly names: ReadonlyMap<Size, string>;
  /** The sizes that have to be given. */
  readonly parameters: readonly string[];
  /** Those that follow from these. */
  readonly lines: readonly string[];
}

// Sizes are declared as they are met.
export function sizeTexts(definitions: Definitions, words: SizeWords, names: Names): SizeTexts {
  const declared = { names: new Map<Size, string>(), parameters: [] as string[], lines: [] as string[] };
  const text = (size: Size): string => {
    const known = declared.names.get(size);
    if (known !== undefined) return known;
    const formulas = size.windows.map(({ constant, terms, divisor }) => {
      const parts = terms.map(([coefficient, each]) => [coefficient, text(each)] as const);
      if (divisor === 1) return linear(constant + 1, parts).text;
      return `${words.quotient(linear(constant, parts).text, divisor)} + 1`;
    });
    const name = names.take(sizeName(size));
    declared.names.set(size, name);
    const length = size.axis === undefined ? undefined : words.length?.(size.axis);
    if (length !== undefined) declared.lines.push(words.position(name, length));
    else if (formulas.length === 0) declared.parameters.push(name);
    else declared.lines.push(words.position(name, words.least(formulas)));
    return name;
  };
  return { sizes: sizesOf(definitions), text, declared };
}

const sizeName = ({ called }: Size): string =>
  typeof called === "string" ? `${called}_extent` : `${called.array}_extent_${called.axis}`;

// How the arrays lie, in lines of moderate length.
function shapesIn(
  definitions: Definitions,
  inputs: ReadonlyMap<string, Input>,
  parameters: ReadonlyMap<string, string>,
  sizeOf: (array: string, axis: number) => string,
  results: ReadonlyMap<string, { readonly field: string }>,
): readonly string[] {
  const shape = (name: string, text: string, axes: number): string =>
    `${text}${Array.from({ length: axes }, (_, axis) => `[${sizeOf(name, axis)}]`).join("")}`;
  const read = [...parameters].flatMap(([name, text]) => {
    const axes = inputs.get(name)?.axes ?? 0;
    return axes === 0 ? [] : [shape(name, text, axes)];
  });
  const written = definitions.flatMap(({ name, axes }) => {
    const field = results.get(name)?.field;
    return axes.length === 0 || field === undefined ? [] : [shape(name, field, axes.length)];
  });
  return [...wrapped("Arrays are flat, in row-major order:", read), ...wrapped("Results:", written)];
}

/** A list after a title, in lines of moderate length. */
export function wrapped(title: string, parts: readonly string[]): readonly string[] {
  const lines: string[] = parts.length === 0 ? [] : [title];
  for (const [i, part] of parts.entries()) {
    const piece = `${part}${i < parts.length - 1 ? "," : "."}`;
    const last = lines.length - 1;
    const longer = `${lines[last] ?? ""} ${piece}`;
    if (longer.length <= 100) lines[last] = longer;
    else lines.push(`  ${piece}`);
  }
  return lines;
}

// Two spaces a level.
function flat(lines: Lines): readonly string[] {
  const result: string[] = [];
  const pending: { readonly lines: Lines; next: number }[] = [{ lines, next: 0 }];
  for (let at = pending.at(-1); at !== undefined; at = pending.at(-1)) {
    const line = at.lines[at.next++];
    if (line === undefined) pending.pop();
    else if (typeof line === "string") result.push(line === "" ? "" : `${"  ".repeat(pending.length - 1)}${line}`);
    else pending.push({ lines: line, next: 0 });
  }
  return result;
}
