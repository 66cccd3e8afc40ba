import type { Dialect } from "./dialect.ts";
import { type ArrayFunction, inputsOf, sizeTexts, wrapped } from "./indexed.ts";
import { type NumpyScope, numpyBlock } from "./numpy.ts";
import type { PythonText } from "./python.ts";

/** The parts of a function of arrays for NumPy: a line or some for each definition. */
export function numpyFunction(about: ArrayFunction, dialect: Dialect): PythonText {
  const { definitions, titles, names, name, comment, parameters } = about;
  const inputs = inputsOf(definitions);
  const locals = new Map(definitions.map((each, i) => [each.name, names.take(titles[i] ?? "result")]));
  const words = {
    position: (size: string, value: string) => `${size} = ${value}`,
    quotient: (dividend: string, divisor: number) => `(${dividend}) // ${divisor}`,
    least: (sizes: readonly string[]) => (sizes.length === 1 ? (sizes[0] ?? "") : `min(${sizes.join(", ")})`),
    length: ({ array, axis }: { readonly array: string; readonly axis: number }) =>
      `${parameters.get(array) ?? ""}.shape[${axis}]`,
  };
  const { sizes, text, declared } = sizeTexts(definitions, words, names);
  const scope: NumpyScope = {
    variables: new Map([...parameters, ...locals]),
    definitions: about.functions,
    next: names.next,
    sizeOf: index => text(sizes.ofIndex(index)),
    arrayOf: array => ({
      text: parameters.get(array) ?? locals.get(array) ?? "",
      isInteger: inputs.get(array)?.isInteger ?? false,
    }),
  };
  const lines: string[] = [];
  let chooses = false;
  for (const each of definitions) {
    const block = numpyBlock(each, dialect, scope);
    lines.push(...block.lines, dialect.assign(locals.get(each.name) ?? "", block.value));
    chooses ||= block.chooses;
  }
  const axisName = (array: string, axis: number): string => {
    const { called } = sizes.ofAxis(array, axis);
    return typeof called === "string" ? called : ":";
  };
  const shapes = [...inputs].flatMap(([array, { axes }]) => {
    const indices = Array.from({ length: axes }, (_, axis) => axisName(array, axis));
    return axes === 0 ? [] : [`${parameters.get(array)}[${indices}]`];
  });
  return {
    name,
    parameters: [
      ...[...parameters].map(([variable, text]) => ({ text, isInteger: inputs.get(variable)?.isInteger ?? false })),
      ...declared.parameters.map(text => ({ text, isInteger: undefined })),
    ],
    comment: [...comment, ...wrapped("Arrays:", shapes)],
    lines: [...declared.lines, ...lines],
    results: definitions.map((each, i) => ({ name: titles[i], text: locals.get(each.name) ?? "" })),
    chooses,
  };
}
