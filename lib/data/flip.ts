import { FluxionError } from "../expression/error.ts";
import { checkArray, type DataArray, type Elements, emptyLike } from "./array.ts";
import type { Random } from "./random.ts";

/**
 * Images as a mirror shows them, left and right exchanged. The last axis runs along the lines of an image. Throws
 * `bad-value` if they have no lines.
 */
export const flipImages = <E extends Elements>(images: DataArray<E>): DataArray<E> => flipped(images, () => true);

/** The same images, each of them mirrored with this probability: one in two unless said. */
export function flipSome<E extends Elements>(images: DataArray<E>, random: Random, probability = 0.5): DataArray<E> {
  if (!(probability >= 0 && probability <= 1)) {
    throw new FluxionError("bad-option", `a probability is a number from 0 to 1, got ${probability}`);
  }
  return flipped(images, () => random.uniform() < probability);
}

function flipped<E extends Elements>(images: DataArray<E>, isChosen: () => boolean): DataArray<E> {
  checkArray(images, "the images");
  const [samples = 0, ...shape] = images.shape;
  const width = shape.at(-1) ?? 0;
  if (shape.length < 2) {
    throw new FluxionError(
      "bad-value",
      `images have a height and a width, such as [examples, 28, 28]; got an array of the shape [${images.shape}]`,
    );
  }
  const data = emptyLike(images.data, images.data.length);
  data.set(images.data);
  const size = data.length / samples;
  for (let start = 0; start < data.length; start += size) {
    if (!isChosen()) continue;
    for (let line = start; line < start + size; line += width) data.subarray(line, line + width).reverse();
  }
  return { shape: images.shape, data };
}
