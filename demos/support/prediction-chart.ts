import { type Mark, parse, type Spec, View } from "vega";

/** A place in the plane. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** What one panel shows: training points and named curves over them, in the order of the legend. */
export interface Panel {
  readonly title: string;
  readonly points: readonly Point[];
  readonly curves: ReadonlyMap<string, readonly Point[]>;
}

/** An SVG of panels below each other, all to one scale: predictions and target as curves, the training points as dots. */
export const predictionChart = (panels: readonly Panel[], title: string): Promise<string> =>
  new View(parse(specification(panels, title)), { renderer: "none" }).toSVG();

// Okabe and Ito's palette: told apart by everybody. The target comes first, in black.
const colours = ["#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00"];
const [width, height, gap] = [760, 260, 64];

function specification(panels: readonly Panel[], title: string): Spec {
  const names = [...new Set(panels.flatMap(({ curves }) => [...curves.keys()]))];
  const all = panels.flatMap(({ points, curves }) => [...points, ...[...curves.values()].flat()]);
  const heights = all.map(({ y }) => y);
  return {
    width,
    height: panels.length * height + (panels.length - 1) * gap,
    padding: 16,
    background: "white",
    title: { text: title, anchor: "start", fontSize: 16, offset: 12 },
    scales: [
      { name: "x", type: "linear", range: "width", domain: extremes(all.map(({ x }) => x)), zero: false },
      {
        name: "y",
        type: "linear",
        range: [height, 0],
        domain: extremes(heights),
        zero: false,
        nice: true,
      },
      { name: "curve", type: "ordinal", range: colours, domain: names },
    ],
    legends: [{ stroke: "curve", symbolType: "stroke", symbolStrokeWidth: 2, labelFontSize: 12 }],
    marks: panels.map(panel),
  };
}

function panel({ title, points, curves }: Panel, i: number): Mark {
  return {
    type: "group",
    encode: {
      enter: {
        y: { value: i * (height + gap) },
        width: { value: width },
        height: { value: height },
      },
    },
    title: { text: title, anchor: "start", fontSize: 13, fontWeight: "normal", offset: 6 },
    data: [
      { name: `points ${i}`, values: points.map(point => ({ ...point })) },
      {
        name: `curves ${i}`,
        values: [...curves].flatMap(([name, curve]) => curve.map(({ x, y }) => ({ x, y, name }))),
      },
    ],
    axes: [
      { orient: "bottom", scale: "x", title: "x", grid: false, ...text },
      { orient: "left", scale: "y", title: "y", grid: true, gridColor: "#e5e5e5", tickCount: 6, ...text },
    ],
    marks: [
      {
        type: "symbol",
        from: { data: `points ${i}` },
        encode: {
          enter: {
            x: { scale: "x", field: "x" },
            y: { scale: "y", field: "y" },
            fill: { value: "#888" },
            fillOpacity: { value: 0.6 },
            size: { value: 26 },
          },
        },
      },
      {
        type: "group",
        from: { facet: { name: "curve", data: `curves ${i}`, groupby: "name" } },
        marks: [
          {
            type: "line",
            from: { data: "curve" },
            encode: {
              enter: {
                x: { scale: "x", field: "x" },
                y: { scale: "y", field: "y" },
                stroke: { scale: "curve", field: "name" },
                strokeWidth: { value: 1.6 },
              },
            },
          },
        ],
      },
    ],
  };
}

const extremes = (values: readonly number[]): [number, number] => [Math.min(...values), Math.max(...values)];

const text = { labelFontSize: 12, titleFontSize: 13, titlePadding: 8, domainColor: "#888", tickColor: "#888" };
