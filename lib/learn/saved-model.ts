import * as v from "valibot";
import { type DataArray, type Elements, isElements } from "../data/array.ts";
import { standardiserOf } from "../data/standardise.ts";
import { checkedDefinitions, type Definitions, definition, freeVariables } from "../expression/definition.ts";
import { FluxionError } from "../expression/error.ts";
import { type Expr, type FunctionRow, variable } from "../expression/expression.ts";
import { extentsOf } from "../expression/extents.ts";
import type { FlatArray } from "../expression/values.ts";
import { toString as toText } from "../print/text.ts";
import { parseDefinitions } from "../syntax/parse.ts";
import type { Model, TrainedModel } from "./model.ts";
import { arrayRead, readingText } from "./signal.ts";
import { fromJsonText, inFile, numberSchema, readStored, storedBytes, textIn, toJsonText } from "./stored.ts";

/**
 * A trained model as the bytes of a safetensors file: each array under its name, and as texts the formulas, which
 * `parseDefinitions` reads, and what else belongs to the model. The same model gives the same bytes.
 *
 * Throws `bad-value` where arrays are missing, are more than the formulas name or have not the shapes that these ask for.
 */
export function saveModel({ model, arrays }: TrainedModel): Uint8Array {
  checkModel(model, arrays);
  const { definitions, evaluation, updates, constants = new Map(), extents, ...rest } = model;
  const others = {
    ...rest,
    constants: [...constants.keys()],
    ...(extents === undefined ? {} : { extents: [...extents] }),
  };
  const texts = [
    ["definitions", toText(definitions)],
    ...(evaluation === undefined ? [] : [["evaluation", toText(evaluation)] as const]),
    ...(updates === undefined ? [] : [["updates", toText(definitionsOf(updates))] as const]),
    ["model", toJsonText(Object.fromEntries(Object.entries(others).sort()))],
  ] as const;
  const stored = [
    ...[...arrays].map(([name, array]) => [name, typed(array, isFloating)] as const),
    ...[...constants].map(([name, array]) => [name, typed(array, isElements)] as const),
  ];
  return storedBytes("model", { arrays: new Map(stored), metadata: new Map(texts) });
}

/**
 * The model that `saveModel` saved, to the last bit: its formulas are the same expressions. Functions of one's own that the
 * formulas call are given.
 *
 * Throws `bad-data`, with what is there and what is needed, for bytes that are no such file, and wherever formulas, arrays,
 * shapes and names do not fit each other.
 */
export function loadModel(
  bytes: Uint8Array,
  { functions = [] }: { readonly functions?: readonly FunctionRow[] } = {},
): TrainedModel {
  const file = readStored("model", bytes);
  const { constants: constantNames, ...others } = fromJsonText(
    "the model",
    modelSchema,
    textIn(file.metadata, "model"),
  );
  const formulas = (name: string): Definitions =>
    inFile(`the ${name} of the model`, () => {
      const text = textIn(file.metadata, name);
      return text === "" ? [] : parseDefinitions(text, { functions });
    });
  const isConstant = new Set(constantNames);
  const [constants, arrays] = [new Map<string, DataArray>(), new Map<string, DataArray>()];
  for (const [name, array] of file.arrays) (isConstant.has(name) ? constants : arrays).set(name, array);
  const model: Model = {
    ...others,
    definitions: formulas("definitions"),
    ...(file.metadata.has("evaluation") ? { evaluation: formulas("evaluation") } : {}),
    ...(file.metadata.has("updates") ? { updates: updatesOf(formulas("updates")) } : {}),
    ...(constantNames.length === 0 ? {} : { constants }),
  };
  inFile("the model", () => checkModel(model, arrays));
  const integers = [...arrays].find(([, { data }]) => !isFloating(data));
  if (integers === undefined) return { model, arrays };
  throw new FluxionError("bad-data", `what is learnt are floating-point numbers, but ${integers[0]} holds integers`);
}

const texts = v.array(v.string());
const numbers = v.array(numberSchema);

const modelSchema = v.object({
  input: v.string(),
  target: v.exactOptional(v.string()),
  classes: v.exactOptional(texts),
  parameters: texts,
  weights: v.exactOptional(texts),
  ones: v.exactOptional(texts),
  masks: v.exactOptional(v.array(v.object({ name: v.string(), reading: v.string(), keep: numberSchema }))),
  extents: v.exactOptional(
    v.pipe(
      v.array(v.tuple([v.string(), v.number()])),
      v.transform(entries => new Map(entries)),
    ),
  ),
  scales: v.exactOptional(
    v.object({ by: v.picklist(["feature", "channel", "all"]), shape: numbers, mean: numbers, deviation: numbers }),
  ),
  constants: texts,
});

/** Throws unless the formulas name each array, and each array has the shape that they ask for. */
function checkModel(model: Model, arrays: ReadonlyMap<string, FlatArray>): void {
  const { definitions, evaluation = definitions, updates = {}, constants = new Map() } = model;
  const learnt = [...model.parameters, ...Object.keys(updates)].map(arrayRead);
  checkNames("learns", new Set(learnt.map(({ name }) => name)), new Set(arrays.keys()));
  const given = [model.input, model.target, ...(model.masks ?? []).map(({ reading }) => reading)];
  const known = new Set([
    ...arrays.keys(),
    ...constants.keys(),
    ...given.flatMap(text => (text === undefined ? [] : [arrayRead(text).name])),
  ]);
  for (const [list, more] of [
    [definitions, Object.values(updates)],
    [evaluation, []],
  ] as const) {
    checkReads(list, known);
    checkShapes([...list.map(({ expression }) => expression), ...more, ...learnt], list, model, arrays);
  }
  if (model.scales !== undefined) standardiserOf(model.scales);
}

function checkNames(what: string, wanted: ReadonlySet<string>, found: ReadonlySet<string>): void {
  const missing = [...wanted].filter(name => !found.has(name));
  const surplus = [...found].filter(name => !wanted.has(name));
  if (missing.length > 0) throw new FluxionError("bad-value", `what the model ${what} lacks ${missing.join(", ")}`);
  if (surplus.length === 0) return;
  throw new FluxionError(
    "bad-value",
    `there is ${surplus.join(", ")}, but the model ${what} ${[...wanted].join(", ")}`,
  );
}

function checkReads(list: Definitions, known: ReadonlySet<string>): void {
  const stranger = freeVariables(checkedDefinitions(list)).find(name => !known.has(name));
  if (stranger === undefined) return;
  throw new FluxionError("bad-value", `the formulas read ${stranger}, which is neither learnt nor given`);
}

function checkShapes(
  roots: readonly Expr[],
  list: Definitions,
  { extents = new Map(), constants = new Map() }: Model,
  arrays: ReadonlyMap<string, FlatArray>,
): void {
  const axes = new Map(list.map(each => [each.name, each.axes]));
  extentsOf(roots, name => axes.get(name) ?? (arrays.get(name) ?? constants.get(name))?.shape, { extents });
}

const definitionsOf = (updates: Readonly<Record<string, Expr>>): Definitions =>
  Object.entries(updates).map(([text, next]) => {
    const { name, indices } = arrayRead(text);
    return definition(
      name,
      indices.flatMap(index => index.name ?? []),
      next,
    );
  });

const updatesOf = (definitions: Definitions): Readonly<Record<string, Expr>> =>
  Object.fromEntries(
    definitions.map(({ name, axes, expression }) => [readingText(variable(name, ...axes)), expression]),
  );

const isFloating = (data: unknown): data is Float32Array | Float64Array =>
  data instanceof Float32Array || data instanceof Float64Array;

/** The array with elements of the types asked for, or else with doubles. */
const typed = (array: FlatArray, isRight: (data: unknown) => data is Elements): DataArray => ({
  shape: array.shape,
  data: isRight(array.data) ? array.data : Float64Array.from(array.data),
});
