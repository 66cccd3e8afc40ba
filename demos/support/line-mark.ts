import type { Mark } from "vega";

/** How a line is drawn. */
export interface LineLook {
  readonly colour: string;
  readonly width: number;
  readonly dash?: readonly number[];
  readonly opacity?: number;
}

/** A line through points under the scales `x` and `y`, cut off at the borders of a plot of this size. */
export const lineMark = (
  points: readonly (readonly [x: number, y: number])[],
  [width, height]: readonly [number, number],
  look: LineLook,
): Mark => ({
  type: "group",
  data: [{ name: "points", values: points.map(([x, y]) => ({ x, y })) }],
  encode: { enter: { width: { value: width }, height: { value: height }, clip: { value: true } } },
  marks: [
    {
      type: "line",
      from: { data: "points" },
      encode: {
        enter: {
          x: { scale: "x", field: "x" },
          y: { scale: "y", field: "y" },
          stroke: { value: look.colour },
          strokeWidth: { value: look.width },
          strokeDash: { value: [...(look.dash ?? [])] },
          strokeOpacity: { value: look.opacity ?? 1 },
        },
      },
    },
  ],
});
