import { type LinearScale, type LogScale, type Mark, parse, type Spec, View } from "vega";
import { lineMark } from "./line-mark.ts";

/** A line through points, in the order in which they are given. */
export interface Curve {
  /** What the legend calls it. Curves of one name look alike, in whatever panel. */
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** The number of its colour, from 0 on; one after another unless said. */
  readonly colour?: number;
  readonly dashed?: boolean;
  /** Thin and pale: for what jumps about, such as the losses of single steps. */
  readonly pale?: boolean;
}

/** Curves over the same axes. */
export interface CurvePanel {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly curves: readonly Curve[];
  /** A logarithmic axis for y. */
  readonly logarithmic?: boolean;
  /** Shares, which the axis tells as percentages. */
  readonly percent?: boolean;
}

/** An SVG of panels side by side, under one title, with one legend. */
export const curveChart = (title: string, panels: readonly CurvePanel[]): Promise<string> =>
  new View(parse(specification(title, panels)), { renderer: "none" }).toSVG();

// Okabe and Ito's palette: told apart by everybody.
const colours = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"];
const [width, height] = [440, 330];

function specification(title: string, panels: readonly CurvePanel[]): Spec {
  const styles = new Map(panels.flatMap(({ curves }) => curves).map(curve => [curve.name, curve]));
  const domain = [...styles.keys()];
  const looks = [...styles.values()].map(lookOf);
  return {
    padding: 16,
    background: "white",
    title: { text: [...linesOf(title, 50 * panels.length)], anchor: "start", fontSize: 16, offset: 14 },
    layout: { columns: panels.length, padding: 32, align: "each", bounds: "full" },
    scales: [
      { name: "colour", type: "ordinal", domain, range: looks.map(({ colour }) => colour) },
      { name: "dash", type: "ordinal", domain, range: looks.map(({ dash }) => [...dash]) },
    ],
    legends: [
      {
        stroke: "colour",
        strokeDash: "dash",
        orient: "bottom",
        direction: "horizontal",
        columns: domain.length > 4 ? Math.ceil(domain.length / 2) : domain.length,
        columnPadding: 18,
        symbolType: "stroke",
        symbolSize: 500,
        symbolStrokeWidth: 2.5,
        labelFontSize: 12,
        labelLimit: 400,
        offset: 8,
      },
    ],
    marks: panels.map(panel => ({
      type: "group",
      ...panelOf(panel, new Map(domain.map((name, i) => [name, looks[i]]))),
    })),
  };
}

/** A text in lines of so many characters at most, unless a word has more. */
function linesOf(text: string, most: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const line = lines.at(-1);
    if (line === undefined || line.length + 1 + word.length > most) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}

interface Look {
  readonly colour: string;
  readonly dash: readonly number[];
}

const lookOf = ({ colour, dashed = false }: Curve, position: number): Look => ({
  colour: colours[(colour ?? position) % colours.length] ?? "black",
  dash: dashed ? [5, 4] : [1, 0],
});

function panelOf(
  { title, x, y, curves, logarithmic = false, percent = false }: CurvePanel,
  looks: ReadonlyMap<string, Look | undefined>,
): Partial<Mark> {
  const points = curves.flatMap(curve => curve.points);
  const scales: readonly (LinearScale | LogScale)[] = [
    {
      name: "x",
      type: "linear",
      range: [0, width],
      domain: reach(points.map(point => point[0])),
      nice: false,
      zero: false,
    },
    logarithmic
      ? { name: "y", type: "log", range: [height, 0], domain: reach(points.map(point => point[1])), nice: false }
      : {
          name: "y",
          type: "linear",
          range: [height, 0],
          domain: reach(points.map(point => point[1])),
          nice: true,
          zero: false,
        },
  ];
  return {
    title: { text: title, anchor: "start", fontSize: 14, offset: 8 },
    encode: { enter: { width: { value: width }, height: { value: height } } },
    scales: [...scales],
    axes: [
      { orient: "bottom", scale: "x", title: x, tickCount: 8, ...text },
      {
        orient: "left",
        scale: "y",
        title: y,
        grid: true,
        gridScale: "x",
        gridColor: "#e5e5e5",
        tickCount: 7,
        format: percent ? "~%" : "~g",
        ...text,
      },
    ],
    marks: curves.map(curve => lineOf(curve, looks.get(curve.name))),
  };
}

const lineOf = ({ points, pale = false }: Curve, look: Look | undefined): Mark =>
  lineMark(points, [width, height], {
    colour: look?.colour ?? "black",
    dash: look?.dash ?? [],
    width: pale ? 0.75 : 2.25,
    opacity: pale ? 0.45 : 1,
  });

// By a loop: there may be more points than a call takes arguments.
function reach(values: readonly number[]): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : [0, 1];
}

const text = { labelFontSize: 12, titleFontSize: 13, titlePadding: 8, domainColor: "#888", tickColor: "#888" };
