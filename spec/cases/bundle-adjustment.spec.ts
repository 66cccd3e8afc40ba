/** Bundle adjustment: projections by rotation matrices, the sparse Jacobian by hand and by finite differences. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { createProgram } from "../../lib/tape/program.ts";
import { schedule } from "../../lib/tape/schedule.ts";
import {
  type BundleArrays,
  type BundleSize,
  bundleArrays,
  bundleByHand,
  bundleColumns,
  bundleJacobian,
  bundleResiduals,
  bundleShapes,
} from "../support/bundle.ts";
import { backends } from "../support/program.ts";

const size: BundleSize = { cameras: 3, points: 4, observations: 11 };

/** The residuals of an observation with the rotation as a matrix: `I + sin(t) K + (1 - cos(t)) K^2` for a unit axis. */
function projected(arrays: BundleArrays, o: number): readonly number[] {
  const { camera, point, w, feature, cam, pt } = arrays;
  const [rx, ry, rz, cx, cy, cz, focal, x0, y0, k1, k2] = camera.subarray(
    11 * (cam[o] as number),
  ) as unknown as number[];
  const [axis, centre] = [[rx, ry, rz] as number[], [cx, cy, cz] as number[]];
  const angle = Math.hypot(...axis);
  const [x, y, z] = angle === 0 ? [0, 0, 0] : axis.map(each => each / angle);
  const K = [0, -(z as number), y, z, 0, -(x as number), -(y as number), x, 0] as number[];
  const times = (A: readonly number[], v: readonly number[]): number[] =>
    [0, 1, 2].map(i => [0, 1, 2].reduce((total, j) => total + (A[3 * i + j] as number) * (v[j] as number), 0));
  const from = [0, 1, 2].map(i => (point[3 * (pt[o] as number) + i] as number) - (centre[i] as number));
  const [once, twice] = [times(K, from), times(K, times(K, from))];
  const [X, Y, Z] = from.map(
    (each, i) => each + Math.sin(angle) * (once[i] as number) + (1 - Math.cos(angle)) * (twice[i] as number),
  ) as [number, number, number];
  const square = (X / Z) ** 2 + (Y / Z) ** 2;
  const distortion = 1 + (k1 as number) * square + (k2 as number) * square ** 2;
  const weight = w[o] as number;
  return [
    weight * ((focal as number) * distortion * (X / Z) + (x0 as number) - (feature[2 * o] as number)),
    weight * ((focal as number) * distortion * (Y / Z) + (y0 as number) - (feature[2 * o + 1] as number)),
    1 - weight ** 2,
  ];
}

/** Where the fifteen numbers of an observation lie. */
const numbersOf = (
  { camera, point, w, cam, pt }: BundleArrays,
  o: number,
): readonly (readonly [Float64Array, number])[] => [
  ...Array.from({ length: 11 }, (_, i) => [camera, 11 * (cam[o] as number) + i] as const),
  ...Array.from({ length: 3 }, (_, i) => [point, 3 * (pt[o] as number) + i] as const),
  [w, o],
];

test("by hand, residuals and Jacobian are those of rotation matrices and of finite differences", () => {
  const arrays = bundleArrays(size);
  const byHand = bundleByHand(arrays);
  byHand.jacobian();
  const fromJacobian = byHand.values.slice();
  byHand.residuals();
  for (let o = 0; o < size.observations; o++) {
    const expected = projected(arrays, o);
    for (const [row, value] of expected.entries()) {
      // Two dozen roundings of pixels, some of which cancel.
      assert.ok(Math.abs((byHand.values[3 * o + row] as number) - value) <= 1e-10 * 500, `residual ${row} of ${o}`);
      assert.ok(Math.abs((fromJacobian[3 * o + row] as number) - value) <= 1e-10 * 500, `residual ${row} of ${o}`);
    }
    for (const [column, [array, at]] of numbersOf(arrays, o).entries()) {
      const before = array[at] as number;
      const h = 1e-5 * Math.max(1, Math.abs(before));
      const [above, below] = [h, -h].map(step => {
        array[at] = before + step;
        return projected(arrays, o);
      });
      array[at] = before;
      for (let row = 0; row < 2; row++) {
        const slope = ((above?.[row] as number) - (below?.[row] as number)) / (2 * h);
        const partial = byHand.partials[31 * o + 15 * row + column] as number;
        // Central differences: h squared times third derivatives of some thousands, and roundings of 500 over h.
        assert.ok(
          Math.abs(partial - slope) <= 2e-6 * Math.max(100, Math.abs(slope)),
          `${partial} is ${slope}: row ${row} of ${o}, column ${column}`,
        );
      }
    }
    assert.is(byHand.partials[31 * o + 30], -2 * (arrays.w[o] as number));
  }
});

const partials = bundleJacobian();

test("the Jacobian has two rows of fifteen columns but one each, and a row of the weight alone", () => {
  assert.is(bundleColumns.length, 15);
  const names = Object.keys(partials).map(name => name.replace("[o]", ""));
  const expected = [0, 1].flatMap(row => bundleColumns.flatMap((_, k) => (k === 8 - row ? [] : [`J${row}_${k}`])));
  assert.equal(names, [...expected, "J2_14"]);
});

test("all of it is one loop over the observations", () => {
  const tape = schedule({ ...bundleResiduals, ...partials });
  assert.equal(
    tape.steps.map(({ kind }) => kind),
    ["elementwise"],
  );
  assert.not.ok(tape.arrays.some(({ role }) => role === "temporary"));
});

for (const backend of backends)
  test(`a program fills residuals and Jacobian as they are by hand, unrotated cameras included: ${backend}`, () => {
    const arrays = bundleArrays(size);
    const byHand = bundleByHand(arrays);
    byHand.jacobian();
    const program = createProgram(schedule({ ...bundleResiduals, ...partials }), {
      shapes: bundleShapes(size),
      backend,
    });
    for (const [name, array] of Object.entries(arrays)) program.input(name).set(array);
    program.run();
    for (let o = 0; o < size.observations; o++)
      for (const [row, name] of ["u", "v", "spare"].entries()) {
        const value = byHand.values[3 * o + row] as number;
        // Roundings of pixels, of which there are some hundreds.
        assert.ok(Math.abs((program.output(name)[o] as number) - value) <= 1e-12 * 500, `${name}[${o}] is ${value}`);
        const whole = byHand.partials.subarray(31 * o + 15 * row, 31 * o + 15 * row + (row < 2 ? 15 : 1));
        const greatest = whole.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
        for (const [column, expected] of whole.entries()) {
          const found = program.outputs[`J${row}_${row < 2 ? column : 14}`]?.[o] ?? 0;
          assert.ok(
            Math.abs(found - expected) <= 1e-11 * greatest,
            `row ${row} of ${o}, column ${column}: ${found}, not ${expected}`,
          );
        }
      }
  });

test.run();
