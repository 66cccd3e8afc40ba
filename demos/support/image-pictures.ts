import { type Examples, imagesToSvg, randomStream, takeExamples } from "../../lib/data/index.ts";
import { evaluateModel, shuffle, type TrainedModel } from "../../lib/learn/index.ts";

/** The name of a file that belongs to another: `curves.svg` has `curves-examples.svg` beside it. */
export const beside = (file: string, what: string): string => file.replace(/(\.svg)?$/, `-${what}.svg`);

/** A picture of labelled examples, chosen at random, and their labels. */
export function examplesPicture(
  examples: Examples,
  count: number,
  name: string,
): { readonly svg: string; readonly labels: readonly string[] } {
  const rows = Int32Array.from(examples.labels, (_, row) => row);
  shuffle(rows, randomStream(1));
  const chosen = takeExamples(examples, rows.subarray(0, count));
  const captions = Array.from(chosen.labels, label => String(chosen.classes[label]));
  const title = `${name}: ${captions.length} of ${examples.labels.length} images`;
  return { svg: imagesToSvg(chosen.inputs, { title, captions }), labels: captions };
}

/** An example that a model of two classes takes for the other one. */
export interface Mistake {
  readonly row: number;
  readonly label: number;
  /** The probability that the model gives to the wrong class. */
  readonly confidence: number;
}

/** What a model of two classes takes for the other class, the most confident mistakes first. */
export function mistakesIn(trained: TrainedModel, { inputs, labels }: Examples): readonly Mistake[] {
  const { outputs } = evaluateModel(trained, inputs, labels, "all", { outputs: ["class", "prediction"] });
  const [found, probability] = ["class", "prediction"].map(name => outputs.get(name)?.data ?? []);
  return Array.from(labels, (label, row) => ({ row, label, of: probability?.[row] ?? 0 }))
    .filter(({ row, label }) => found?.[row] !== label)
    .map(({ row, label, of }) => ({ row, label, confidence: label === 0 ? of : 1 - of }))
    .sort((left, right) => right.confidence - left.confidence);
}

/** A picture of mistakes: a part for each class that was taken for the other. */
export function mistakesPicture({ inputs, labels, classes }: Examples, mistakes: readonly Mistake[]): string {
  const parts = classes.flatMap((name, label) => {
    const own = mistakes.filter(mistake => mistake.label === label);
    if (own.length === 0) return [];
    const images = takeExamples(
      { inputs, labels, classes },
      own.map(({ row }) => row),
    ).inputs;
    const title = `${name} taken for ${classes[1 - label]}: ${own.length}, the most confident first`;
    const captions = own.map(({ confidence }) => `${(100 * confidence).toFixed(1)} %`);
    return [imagesToSvg(images, { title, captions, columns: 10 })];
  });
  return stacked(parts);
}

/** Pictures one below the other. */
function stacked(pictures: readonly string[]): string {
  let [width, height] = [0, 0];
  const placed = pictures.map(svg => {
    const [, own, high] = /^<svg [^>]*width="(\d+)" height="(\d+)"/.exec(svg) ?? [];
    const part = svg.replace("<svg ", `<svg y="${height}" `);
    [width, height] = [Math.max(width, Number(own)), height + Number(high)];
    return part;
  });
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size}>\n<rect width="100%" height="100%" fill="white"/>\n${placed.join("")}</svg>\n`;
}
