import { parse, type Spec, View } from "vega";

/** The loss of one sample before one update. */
export interface LossPoint {
  readonly update: number;
  readonly loss: number;
  readonly sample: string;
}

/** An SVG of losses over updates, a colour a sample. */
export const lossChart = (points: readonly LossPoint[], title: string): Promise<string> =>
  new View(parse(specification(points, title)), { renderer: "none" }).toSVG();

// Okabe and Ito's palette: told apart by everybody.
const colours = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00"];

function specification(points: readonly LossPoint[], title: string): Spec {
  const losses = points.map(({ loss }) => loss);
  // A little air above and below, on a logarithmic axis.
  const [low, high] = [Math.min(...losses) / 1.2, Math.max(...losses) * 1.2];
  return {
    width: 720,
    height: 400,
    padding: 16,
    background: "white",
    title: { text: title, anchor: "start", fontSize: 16, offset: 0 },
    data: [{ name: "losses", values: points.map(point => ({ ...point })) }],
    scales: [
      {
        name: "update",
        type: "linear",
        range: "width",
        domain: { data: "losses", field: "update" },
        zero: false,
        nice: false,
      },
      { name: "loss", type: "log", range: "height", domain: [low, high], nice: false, zero: false },
      { name: "sample", type: "ordinal", range: colours, domain: [...new Set(points.map(point => point.sample))] },
    ],
    axes: [
      { orient: "bottom", scale: "update", title: "update", grid: false, tickCount: 7, ...text },
      {
        orient: "left",
        scale: "loss",
        title: "loss of the sample before the update (log scale)",
        grid: true,
        gridColor: "#e5e5e5",
        values: ticks.filter(tick => tick >= low && tick <= high),
        format: "~g",
        ...text,
      },
    ],
    legends: [{ fill: "sample", title: "sample and label", symbolType: "circle", symbolSize: 90, ...legendText }],
    marks: [
      {
        type: "symbol",
        from: { data: "losses" },
        encode: {
          enter: {
            x: { scale: "update", field: "update" },
            y: { scale: "loss", field: "loss" },
            fill: { scale: "sample", field: "sample" },
            size: { value: 14 },
            fillOpacity: { value: 0.85 },
          },
        },
      },
    ],
  };
}

const ticks = [-4, -3, -2, -1, 0, 1].flatMap(power => [1, 2, 5].map(digit => digit * 10 ** power));
const text = { labelFontSize: 12, titleFontSize: 13, titlePadding: 10, domainColor: "#888", tickColor: "#888" };
const legendText = { labelFontSize: 12, titleFontSize: 13, offset: 24 };
