import { type Mark, parse, type Spec, View } from "vega";
import { lineMark } from "./line-mark.ts";

/** A quadratic bowl over the plane: its minimum, its axes, and how steep it is along each. */
export interface Bowl {
  readonly minimum: Vector;
  /** Two unit vectors at right angles. */
  readonly axes: readonly [Vector, Vector];
  readonly eigenvalues: readonly [number, number];
}

/** A place in the plane, or a direction. */
export type Vector = readonly [number, number];

/** What is drawn of a penalty. */
export interface Shrinkage {
  readonly bowl: Bowl;
  /** The penalty whose minimum is marked. */
  readonly tau: number;
  /** By how much the minimum is shrunk along an axis. */
  readonly factor: (eigenvalue: number, tau: number) => number;
}

/**
 * An SVG of two panels: the level lines of the loss with the way of its minimum to 0 as the penalty grows, and the factor by
 * which each axis shrinks.
 */
export const shrinkageChart = (shrinkage: Shrinkage): Promise<string> =>
  new View(parse(specification(shrinkage)), { renderer: "none" }).toSVG();

/** The points at which the loss exceeds that of its minimum by `height`. */
export function levelLine({ minimum, axes, eigenvalues }: Bowl, height: number): readonly Vector[] {
  return Array.from({ length: 121 }, (_, step) => {
    const turn = (step / 120) * 2 * Math.PI;
    const [along, across] = [Math.cos(turn), Math.sin(turn)].map(
      (part, i) => part * Math.sqrt((2 * height) / (eigenvalues[i] ?? 1)),
    );
    return combined(minimum, axes, [along ?? 0, across ?? 0]);
  });
}

/** By how much the loss at a place exceeds that of its minimum. */
export const heightAt = ({ minimum, axes, eigenvalues }: Bowl, [x, y]: Vector): number =>
  axes.reduce((sum, axis, i) => {
    const along = dot(axis, [x - minimum[0], y - minimum[1]]);
    return sum + ((eigenvalues[i] ?? 0) * along ** 2) / 2;
  }, 0);

/** The minimum with a penalty: each coordinate along an axis is shrunk. */
export function shrunkMinimum({ bowl: { minimum, axes, eigenvalues }, factor }: Shrinkage, tau: number): Vector {
  const coordinates = axes.map((axis, i) => factor(eigenvalues[i] ?? 1, tau) * dot(axis, minimum));
  return combined([0, 0], axes, [coordinates[0] ?? 0, coordinates[1] ?? 0]);
}

// Okabe and Ito's palette: told apart by everybody.
const [first, second, accent, grey] = ["#0072B2", "#D55E00", "#009E73", "#777777"];
const [size, gap] = [380, 90];

function specification(shrinkage: Shrinkage): Spec {
  return {
    width: 2 * size + gap,
    height: size,
    padding: 16,
    background: "white",
    marks: [panel(0, plane(shrinkage)), panel(size + gap, factors(shrinkage))],
  };
}

const panel = (x: number, content: Partial<Mark>): Mark => ({
  type: "group",
  encode: { enter: { x: { value: x }, width: { value: size }, height: { value: size } } },
  ...content,
});

function plane(shrinkage: Shrinkage): Partial<Mark> {
  const { bowl, tau } = shrinkage;
  const { minimum, axes } = bowl;
  const marked = shrunkMinimum(shrinkage, tau);
  const way = [0, ...taus, 1e6].map(each => shrunkMinimum(shrinkage, each));
  const reach = 1.35 * Math.max(...minimum.map(Math.abs));
  // One of the lines touches the circle at the marked minimum.
  const heights = [0.2, 1, 2.2, 4].map(part => part * heightAt(bowl, marked));
  const radius = Math.hypot(...marked);
  const circle = levelLine({ minimum: [0, 0], axes, eigenvalues: [1, 1] }, radius ** 2 / 2);
  // From the minimum to the marked one, first along one axis, then along the other.
  const along = dot(axes[0], [marked[0] - minimum[0], marked[1] - minimum[1]]);
  const corner = combined(minimum, axes, [along, 0]);
  const scales = (["x", "y"] as const).map(name => ({
    name,
    type: "linear" as const,
    range: name === "x" ? [0, size] : [size, 0],
    domain: [-0.35 * reach, 1.15 * reach],
  }));
  return {
    title: heading("Level lines of the loss, and the way of its minimum"),
    scales,
    axes: [
      { orient: "bottom", scale: "x", title: "weight 1", tickCount: 5, ...text },
      { orient: "left", scale: "y", title: "weight 2", tickCount: 5, ...text },
    ],
    marks: [
      ...heights.map(height => line(levelLine(bowl, height), grey, 1)),
      line(circle, accent, 1, [4, 3]),
      line([[0, 0], combined([0, 0], axes, [reach / 3, 0])], first, 1.5),
      line([[0, 0], combined([0, 0], axes, [0, reach / 3])], second, 1.5),
      line(way, "black", 2.5),
      line([minimum, corner], first, 2, [2, 2]),
      line([corner, marked], second, 2, [2, 2]),
      spot(minimum, "black", "without penalty"),
      spot(marked, accent, `with τ = ${tau}`),
    ],
  };
}

function factors({ bowl, tau, factor }: Shrinkage): Partial<Mark> {
  const curves = bowl.eigenvalues.map(eigenvalue => taus.map((each): Vector => [each, factor(eigenvalue, each)]));
  const colours = [first, second];
  return {
    title: heading("What is left of the minimum along each axis"),
    scales: [
      { name: "x", type: "log", range: [0, size], domain: [taus[0] ?? 0, taus.at(-1) ?? 1] },
      { name: "y", type: "linear", range: [size, 0], domain: [0, 1] },
    ],
    axes: [
      {
        orient: "bottom",
        scale: "x",
        title: "penalty τ (log scale)",
        values: [0.01, 0.1, 1, 10, 100],
        format: "~g",
        ...text,
      },
      { orient: "left", scale: "y", title: "λ / (λ + τ)", grid: true, gridScale: "x", gridColor: "#e5e5e5", ...text },
    ],
    marks: [
      line(
        [
          [tau, 0],
          [tau, 1],
        ],
        accent,
        1,
        [4, 3],
      ),
      ...curves.map((curve, i) => line(curve, colours[i] ?? grey, 2.5)),
      ...bowl.eigenvalues.map((eigenvalue, i) =>
        spot([tau, factor(eigenvalue, tau)], colours[i] ?? grey, `λ = ${eigenvalue}`),
      ),
    ],
  };
}

const taus: readonly number[] = Array.from({ length: 81 }, (_, i) => 10 ** (-2 + i / 20));

const line = (points: readonly Vector[], colour: string, width: number, dash: readonly number[] = []): Mark =>
  lineMark(points, [size, size], { colour, width, dash });

const spot = ([x, y]: Vector, colour: string, label: string): Mark => ({
  type: "group",
  marks: [
    {
      type: "symbol",
      encode: {
        enter: {
          x: { scale: "x", value: x },
          y: { scale: "y", value: y },
          fill: { value: colour },
          size: { value: 80 },
        },
      },
    },
    {
      type: "text",
      encode: {
        enter: {
          x: { scale: "x", value: x },
          y: { scale: "y", value: y },
          dx: { value: 8 },
          dy: { value: -8 },
          text: { value: label },
          fontSize: { value: 12 },
          fill: { value: colour },
        },
      },
    },
  ],
});

const heading = (content: string) => ({ text: content, anchor: "start" as const, fontSize: 14, offset: 10 });
const text = { labelFontSize: 12, titleFontSize: 13, titlePadding: 8, domainColor: "#888", tickColor: "#888" };

const dot = ([a, b]: Vector, [c, d]: Vector): number => a * c + b * d;

const combined = ([x, y]: Vector, [u, v]: Bowl["axes"], [a, b]: Vector): Vector => [
  x + a * u[0] + b * v[0],
  y + a * u[1] + b * v[1],
];
