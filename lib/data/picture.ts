import { encode } from "fast-png";
import { FluxionError } from "../expression/error.ts";
import { sizeOf } from "../expression/values.ts";
import { checkArray, type DataArray, type Elements } from "./array.ts";

export interface PictureOptions {
  /** The text below each image, such as the name of its class; none unless said. Its lines are set one below the other. */
  readonly captions?: readonly string[];
  /** What stands above all of them. */
  readonly title?: string;
  /** How many images stand side by side; about as many as below each other unless said. */
  readonly columns?: number;
  /** The shape of an image, where the array has rows: [height, width] or [3, height, width]. */
  readonly shape?: readonly number[];
  /** The numbers that are black and white. Bytes are drawn from 0 to 255, others from their least to their largest, unless said. */
  readonly range?: readonly [number, number];
  /** How wide an image is drawn; 64 unless said. */
  readonly size?: number;
}

/**
 * A picture, in SVG, of images and what is said of each. Of numbers between the ends of the range shades are drawn, what lies
 * outside is black or white.
 *
 * Throws `bad-value` if there are no images, if the shape is that of no image, or where a number is not finite.
 */
export function imagesToSvg(images: DataArray, options: PictureOptions = {}): string {
  const { channels, height, width, count } = layoutOf(images, options);
  const { captions = [], title, size = 64 } = options;
  const columns = checkedCount("columns", options.columns ?? Math.ceil(Math.sqrt(count)));
  checkedCount("size", size);
  const [low, high] = options.range ?? rangeOf(images.data);
  const drawnHeight = Math.round((size * height) / width);
  const lines = Math.max(0, ...captions.slice(0, count).map(caption => caption.split("\n").length));
  const [cellWidth, cellHeight] = [size + gap, drawnHeight + gap + lines * lineHeight];
  const top = gap + (title === undefined ? 0 : 2 * lineHeight);
  const [wholeWidth, wholeHeight] = [
    gap + Math.min(columns, count) * cellWidth,
    top + Math.ceil(count / columns) * cellHeight,
  ];
  const cells = Array.from({ length: count }, (_, at) => {
    const [x, y] = [gap + (at % columns) * cellWidth, top + Math.floor(at / columns) * cellHeight];
    const imageSize = images.data.length / count;
    const png = pngOf(
      images.data.subarray(at * imageSize, (at + 1) * imageSize),
      { channels, height, width },
      low,
      high,
    );
    const place = `x="${x}" y="${y}" width="${size}" height="${drawnHeight}"`;
    return [
      `<image ${place} preserveAspectRatio="none" href="data:image/png;base64,${png}"/>`,
      ...(captions[at] ?? "")
        .split("\n")
        .map((line, i) => textOf(line, x + size / 2, y + drawnHeight + (i + 1) * lineHeight)),
    ].join("");
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${wholeWidth}" height="${wholeHeight}" viewBox="0 0 ${wholeWidth} ${wholeHeight}">`,
    "<style>text { font: 11px sans-serif; text-anchor: middle } .title { font-size: 14px; text-anchor: start } image { image-rendering: pixelated }</style>",
    `<rect width="100%" height="100%" fill="white"/>`,
    ...(title === undefined ? [] : [textOf(title, gap, gap + lineHeight, ' class="title"')]),
    ...cells,
    "</svg>\n",
  ].join("\n");
}

const [gap, lineHeight] = [10, 14];

interface ImageShape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

function layoutOf(images: DataArray, options: PictureOptions): ImageShape & { readonly count: number } {
  checkArray(images, "the images");
  const [count = 0, ...own] = images.shape;
  const shape = options.shape ?? own;
  const [channels = 1, height = 0, width = 0] = shape.length === 2 ? [1, ...shape] : shape;
  if (shape.length < 2 || shape.length > 3 || (channels !== 1 && channels !== 3) || sizeOf(shape) !== sizeOf(own)) {
    throw new FluxionError(
      "bad-value",
      `an image has the shape [height, width] or [3, height, width], not [${shape}]; the array has the shape [${images.shape}]`,
    );
  }
  if (images.data.length === 0) throw new FluxionError("bad-value", "there are no images to draw");
  return { channels, height, width, count };
}

function checkedCount(name: string, value: number): number {
  if (Number.isInteger(value) && value > 0) return value;
  throw new FluxionError("bad-option", `${name} is a natural number above 0, got ${value}`);
}

function rangeOf(data: Elements): readonly [number, number] {
  if (data instanceof Uint8Array) return [0, 255];
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of data) {
    if (!Number.isFinite(value)) throw new FluxionError("bad-value", `an image holds finite numbers, got ${value}`);
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

// The channels lie one after the other in the array, and pixel by pixel in the picture.
function pngOf(data: Elements, { channels, height, width }: ImageShape, low: number, high: number): string {
  const plane = height * width;
  const pixels = new Uint8ClampedArray(data.length);
  const scale = high === low ? 0 : 255 / (high - low);
  for (let i = 0; i < data.length; i++) {
    pixels[(i % plane) * channels + Math.floor(i / plane)] = ((data[i] ?? 0) - low) * scale;
  }
  return btoa(
    Array.from(encode({ width, height, channels, data: pixels }), byte => String.fromCharCode(byte)).join(""),
  );
}

const textOf = (text: string, x: number, y: number, rest = ""): string =>
  text === "" ? "" : `<text x="${x}" y="${y}"${rest}>${escaped(text)}</text>`;

const entities: ReadonlyMap<string, string> = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
]);

const escaped = (text: string): string => text.replaceAll(/[&<>]/g, letter => entities.get(letter) ?? letter);
