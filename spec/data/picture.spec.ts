/** A picture holds the pixels that were given. */
import { decode } from "fast-png";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type DataArray, imagesToSvg, type PictureOptions } from "../../lib/data/index.ts";
import { throws } from "../support/throws.ts";

const pixels = (images: DataArray, options?: PictureOptions) =>
  [...imagesToSvg(images, options).matchAll(/base64,([^"]*)"/g)].map(([, text = ""]) => {
    const { width, height, channels, data } = decode(Buffer.from(text, "base64"));
    return { width, height, channels, data: [...data] };
  });

test("bytes are drawn as they are, an image each", () => {
  const images = { shape: [2, 2, 3], data: Uint8Array.of(0, 1, 2, 3, 4, 5, 250, 251, 252, 253, 254, 255) };
  assert.equal(pixels(images), [
    { width: 3, height: 2, channels: 1, data: [0, 1, 2, 3, 4, 5] },
    { width: 3, height: 2, channels: 1, data: [250, 251, 252, 253, 254, 255] },
  ]);
});

test("of three planes each pixel has its red, its green and its blue", () => {
  const images = { shape: [1, 3, 1, 2], data: Uint8Array.of(1, 2, 3, 4, 5, 6) };
  assert.equal(pixels(images), [{ width: 2, height: 1, channels: 3, data: [1, 3, 5, 2, 4, 6] }]);
});

test("other numbers are drawn from the least to the largest, or within a range", () => {
  const images = { shape: [2, 2], data: Float64Array.of(-1, 0, 1, 3) };
  const shape = [1, 2];
  assert.equal(
    pixels(images, { shape }).map(({ data }) => data),
    [
      [0, 64],
      [128, 255],
    ],
  );
  assert.equal(
    pixels(images, { shape, range: [0, 2] }).map(({ data }) => data),
    [
      [0, 0],
      [128, 255],
    ],
  );
  assert.equal(pixels({ shape: [1, 1, 1], data: Float64Array.of(7) })[0]?.data, [0]);
});

test("captions and title stand there as they are, line by line", () => {
  const images = { shape: [2, 1, 1], data: Uint8Array.of(0, 255) };
  const svg = imagesToSvg(images, { title: "a < b & c", captions: ["3\n9?", "<script>"] });
  for (const text of ["a &lt; b &amp; c", ">3</text>", ">9?</text>", "&lt;script&gt;"])
    assert.ok(svg.includes(text), text);
  assert.not.ok(svg.includes("<script"));
  assert.is(svg.match(/<text/g)?.length, 4);
});

test("images stand in so many columns", () => {
  const places = (columns?: number): readonly (readonly string[])[] => {
    const images = { shape: [5, 1, 1], data: new Uint8Array(5) };
    const svg = imagesToSvg(images, columns === undefined ? {} : { columns });
    const of = (axis: string): string[] =>
      [...svg.matchAll(new RegExp(`<image[^>]* ${axis}="(\\d+)"`, "g"))].map(([, at]) => String(at));
    return [[...new Set(of("x"))], [...new Set(of("y"))]];
  };
  assert.equal(
    places().map(each => each.length),
    [3, 2],
  );
  assert.equal(
    places(5).map(each => each.length),
    [5, 1],
  );
  assert.equal(
    places(1).map(each => each.length),
    [1, 5],
  );
});

test("large images are drawn as well", () => {
  const data = Uint8Array.from({ length: 600 * 600 }, (_, i) => (i * i) % 251);
  assert.equal(pixels({ shape: [1, 600, 600], data })[0]?.data, [...data]);
});

test("what is no image is refused", () => {
  throws(() => imagesToSvg({ shape: [1, 4], data: new Uint8Array(4) }), "bad-value", "[4]", "[1,4]");
  throws(() => imagesToSvg({ shape: [1, 4], data: new Uint8Array(4) }, { shape: [3, 2] }), "bad-value", "[3,2]");
  throws(() => imagesToSvg({ shape: [1, 2, 1, 2], data: new Uint8Array(4) }), "bad-value", "[2,1,2]");
  throws(() => imagesToSvg({ shape: [0, 2, 2], data: new Uint8Array() }), "bad-value", "no images");
  throws(() => imagesToSvg({ shape: [1, 1, 1], data: Float32Array.of(Number.NaN) }), "bad-value", "NaN");
  throws(() => imagesToSvg({ shape: [1, 1, 1], data: Uint8Array.of(1) }, { columns: 0 }), "bad-option", "columns");
});

test.run();
