import { type LinearScale, parse, type Spec, View } from "vega";

/** A sample in the plane, with its class. */
export interface Labelled {
  readonly x: number;
  readonly y: number;
  readonly label: number;
}

/** What is drawn of a classifier. */
export interface Regions {
  readonly title: string;
  readonly samples: readonly Labelled[];
  /** The square that is drawn: from `-reach` to `reach` along both axes. */
  readonly reach: number;
  /** The classes of places, all at once: what colours the plane. */
  readonly classify: (places: readonly (readonly [number, number])[]) => ArrayLike<number>;
  /** The same for another classifier, of which only the borders are drawn. */
  readonly beside: (places: readonly (readonly [number, number])[]) => ArrayLike<number>;
  /** What the other classifier is called in the legend. */
  readonly besideName: string;
}

/** An SVG of the plane in the colours of the classes that a classifier gives it, under the samples. */
export const regionChart = (regions: Regions): Promise<string> =>
  new View(parse(specification(regions)), { renderer: "none" }).toSVG();

// Okabe and Ito's palette: told apart by everybody.
const colours = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00"];
const size = 560;
const cells = 140;

function specification({ title, samples, reach, classify, beside, besideName }: Regions): Spec {
  const step = (2 * reach) / cells;
  const middle = (i: number): number => -reach + (i + 0.5) * step;
  const rows = Array.from({ length: cells }, (_, row) => row);
  const places = rows.flatMap(row => rows.map(column => [middle(column), middle(row)] as const));
  const found = classify(places);
  const other = beside(places);
  const scale = (name: "x" | "y", range: "width" | "height"): LinearScale => ({
    name,
    type: "linear",
    range,
    domain: [-reach, reach],
    nice: false,
    zero: false,
  });
  return {
    width: size,
    height: size,
    padding: 16,
    background: "white",
    title: { text: title, anchor: "start", fontSize: 16, offset: 12 },
    data: [
      { name: "runs", values: runsOf(found, middle, step) },
      { name: "border", values: bordersOf(other, middle, step) },
      { name: "samples", values: samples.map(sample => ({ ...sample, class: sample.label + 1 })) },
    ],
    scales: [
      scale("x", "width"),
      scale("y", "height"),
      {
        name: "class",
        type: "ordinal",
        range: colours,
        domain: [...new Set(samples.map(({ label }) => label + 1))].sort(),
      },
      { name: "line", type: "ordinal", range: ["#000000"], domain: [besideName] },
    ],
    axes: [
      { orient: "bottom", scale: "x", title: "first feature", tickCount: 7, ...text },
      { orient: "left", scale: "y", title: "second feature", tickCount: 7, ...text },
    ],
    legends: [
      { fill: "class", title: "class", symbolType: "circle", symbolSize: 80, labelFontSize: 12, titleFontSize: 13 },
      {
        stroke: "line",
        title: "border",
        symbolType: "stroke",
        symbolStrokeWidth: 2,
        labelFontSize: 12,
        titleFontSize: 13,
      },
    ],
    marks: [
      {
        type: "rect",
        from: { data: "runs" },
        encode: {
          enter: {
            x: { scale: "x", field: "from" },
            x2: { scale: "x", field: "to" },
            y: { scale: "y", field: "bottom" },
            y2: { scale: "y", field: "top" },
            fill: { scale: "class", field: "class" },
            fillOpacity: { value: 0.22 },
          },
        },
      },
      {
        type: "rule",
        from: { data: "border" },
        encode: {
          enter: {
            x: { scale: "x", field: "x" },
            y: { scale: "y", field: "y" },
            x2: { scale: "x", field: "x2" },
            y2: { scale: "y", field: "y2" },
            stroke: { value: "black" },
            strokeWidth: { value: 1.2 },
          },
        },
      },
      {
        type: "symbol",
        from: { data: "samples" },
        encode: {
          enter: {
            x: { scale: "x", field: "x" },
            y: { scale: "y", field: "y" },
            fill: { scale: "class", field: "class" },
            stroke: { value: "white" },
            strokeWidth: { value: 0.5 },
            size: { value: 34 },
          },
        },
      },
    ],
  };
}

// Neighbours of one class in a row make one rectangle.
function runsOf(classes: ArrayLike<number>, middle: (i: number) => number, step: number): object[] {
  const runs: object[] = [];
  for (let row = 0; row < cells; row++) {
    for (let column = 0, start = 0; column < cells; column++) {
      const found = classes[row * cells + column] ?? 0;
      if (column + 1 < cells && classes[row * cells + column + 1] === found) continue;
      const [from, to] = [middle(start) - step / 2, middle(column) + step / 2];
      runs.push({ from, to, bottom: middle(row) - step / 2, top: middle(row) + step / 2, class: found + 1 });
      start = column + 1;
    }
  }
  return runs;
}

// The sides that neighbours of different classes have in common.
function bordersOf(classes: ArrayLike<number>, middle: (i: number) => number, step: number): object[] {
  const sides: object[] = [];
  const half = step / 2;
  for (let row = 0; row < cells; row++) {
    for (let column = 0; column < cells; column++) {
      const at = row * cells + column;
      const [x, y] = [middle(column), middle(row)];
      if (column + 1 < cells && classes[at] !== classes[at + 1])
        sides.push({ x: x + half, y: y - half, x2: x + half, y2: y + half });
      if (row + 1 < cells && classes[at] !== classes[at + cells])
        sides.push({ x: x - half, y: y + half, x2: x + half, y2: y + half });
    }
  }
  return sides;
}

const text = { labelFontSize: 12, titleFontSize: 13, titlePadding: 8, domainColor: "#888", tickColor: "#888" };
