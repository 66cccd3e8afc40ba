import { FluxionError } from "../expression/error.ts";
import { checkArray, type DataArray, type Elements, emptyLike } from "./array.ts";
import type { Random } from "./random.ts";

/**
 * The same images, each moved by up to so many pixels up or down and left or right, all distances being equally likely; what
 * comes into view is as the edge was. The last two axes are the height and the width of an image. Throws `bad-value` if
 * there are no such axes, and `bad-option` unless the reach is a natural number.
 */
export function shiftSome<E extends Elements>(images: DataArray<E>, random: Random, reach: number): DataArray<E> {
  checkArray(images, "the images");
  const { shape } = images;
  const [height = 0, width = 0] = shape.slice(-2);
  if (shape.length < 3) {
    throw new FluxionError(
      "bad-value",
      `images have a height and a width, such as [examples, 28, 28]; got an array of the shape [${shape}]`,
    );
  }
  if (!Number.isSafeInteger(reach) || reach < 0) {
    throw new FluxionError("bad-option", `the reach of a shift is a number of pixels, 0, 1, 2, …; got ${reach}`);
  }
  const [samples = 0] = shape;
  const size = images.data.length / Math.max(samples, 1);
  const data = emptyLike(images.data, images.data.length);
  for (let sample = 0; sample < samples; sample++) {
    const [down, right] = [random.below(2 * reach + 1) - reach, random.below(2 * reach + 1) - reach];
    for (let plane = sample * size; plane < (sample + 1) * size; plane += height * width) {
      movePlane(images.data, data, { plane, height, width, down, right });
    }
  }
  return { shape, data };
}

interface Move {
  readonly plane: number;
  readonly height: number;
  readonly width: number;
  readonly down: number;
  readonly right: number;
}

// Line by line, since copying numbers side by side is many times faster than copying each.
function movePlane(from: Elements, to: Elements, { plane, height, width, down, right: wanted }: Move): void {
  const right = between(-width, wanted, width);
  const [start, end] = [Math.max(0, -right), Math.min(width, width - right)];
  for (let y = 0; y < height; y++) {
    const line = plane + between(0, y - down, height - 1) * width;
    const target = plane + y * width;
    to.set(from.subarray(line + start, line + end), target + start + right);
    if (right > 0) to.fill(from[line] ?? 0, target, target + right);
    else to.fill(from[line + width - 1] ?? 0, target + end + right, target + width);
  }
}

const between = (low: number, value: number, high: number): number => Math.min(high, Math.max(low, value));
