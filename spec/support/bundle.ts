/**
 * Bundle adjustment as the ADBench suite poses it (F. Šrajer, Z. Kukelova and A. Fitzgibbon, A benchmark of selected
 * algorithmic differentiation tools, Optimization Methods and Software 33, 2018): each observation is of a point by a camera,
 * and has two residuals of the projection and one of its weight. A camera is a rotation (its axis times its angle), a centre,
 * a focal length, a principal point and two coefficients of radial distortion.
 */
import {
  type Definitions,
  type Expr,
  inline,
  jacobian,
  type Program,
  parse,
  parseDefinitions,
} from "../../lib/index.ts";

/** As one writes it, observation by observation; no quotient is taken where there is no rotation. */
export const bundle: Definitions = parseDefinitions(`
  turn[o] = camera[cam[o],0]^2 + camera[cam[o],1]^2 + camera[cam[o],2]^2
  cosine[o] = turn[o] > 0 ? cos(sqrt(turn[o])) : 1
  sine[o] = turn[o] > 0 ? sin(sqrt(turn[o])) / sqrt(turn[o]) : 1
  versine[o] = turn[o] > 0 ? (1 - cos(sqrt(turn[o]))) / turn[o] : 1/2
  X[o] = point[pt[o],0] - camera[cam[o],3]
  Y[o] = point[pt[o],1] - camera[cam[o],4]
  Z[o] = point[pt[o],2] - camera[cam[o],5]
  along[o] = versine[o] * (camera[cam[o],0] * X[o] + camera[cam[o],1] * Y[o] + camera[cam[o],2] * Z[o])
  x[o] = cosine[o] * X[o] + sine[o] * (camera[cam[o],1] * Z[o] - camera[cam[o],2] * Y[o]) + along[o] * camera[cam[o],0]
  y[o] = cosine[o] * Y[o] + sine[o] * (camera[cam[o],2] * X[o] - camera[cam[o],0] * Z[o]) + along[o] * camera[cam[o],1]
  z[o] = cosine[o] * Z[o] + sine[o] * (camera[cam[o],0] * Y[o] - camera[cam[o],1] * X[o]) + along[o] * camera[cam[o],2]
  p[o] = x[o] / z[o]
  q[o] = y[o] / z[o]
  radius[o] = p[o]^2 + q[o]^2
  lens[o] = camera[cam[o],6] * (1 + camera[cam[o],9] * radius[o] + camera[cam[o],10] * radius[o]^2)
  u[o] = w[o] * (lens[o] * p[o] + camera[cam[o],7] - feature[o,0])
  v[o] = w[o] * (lens[o] * q[o] + camera[cam[o],8] - feature[o,1])
  spare[o] = 1 - w[o]^2`);

/** The residuals, under the names that they are computed under. */
export const bundleResiduals: Readonly<Record<string, Expr>> = Object.fromEntries(
  ["u", "v", "spare"].map(name => [`${name}[o]`, inline(bundle, name)]),
);

/** What the Jacobian is taken by: the camera's eleven numbers, the point's three and the weight. */
export const bundleColumns: readonly Expr[] = [
  ...Array.from({ length: 11 }, (_, i) => parse(`camera[cam[o],${i}]`)),
  ...Array.from({ length: 3 }, (_, i) => parse(`point[pt[o],${i}]`)),
  parse("w[o]"),
];

/** The entries of the Jacobian that are not 0, each a formula for all observations, named after their rows and columns. */
export function bundleJacobian(): Readonly<Record<string, Expr>> {
  const { rows, columns, entries } = jacobian(Object.values(bundleResiduals), bundleColumns);
  return Object.fromEntries(entries.map((entry, k) => [`J${rows[k]}_${columns[k]}[o]`, entry]));
}

export interface BundleSize {
  readonly cameras: number;
  readonly points: number;
  readonly observations: number;
}

export interface BundleArrays {
  readonly camera: Float64Array;
  readonly point: Float64Array;
  readonly w: Float64Array;
  readonly feature: Float64Array;
  readonly cam: Int32Array;
  readonly pt: Int32Array;
}

export const bundleShapes = ({
  cameras,
  points,
  observations,
}: BundleSize): Record<keyof BundleArrays, readonly number[]> => ({
  camera: [cameras, 11],
  point: [points, 3],
  w: [observations],
  feature: [observations, 2],
  cam: [observations],
  pt: [observations],
});

/** Some problem of a size, always the same; the first camera is not rotated. */
export function bundleArrays({ cameras, points, observations }: BundleSize): BundleArrays {
  const usual = [0.1, -0.2, 0.15, 0.3, 0.2, -4, 500, 320, 240, 0.01, 0.001];
  const camera = Float64Array.from(
    { length: 11 * cameras },
    (_, i) => (usual[i % 11] as number) * (1 + 0.1 * Math.sin(i)),
  );
  camera.fill(0, 0, 3);
  return {
    camera,
    point: Float64Array.from({ length: 3 * points }, (_, i) => Math.sin(1.3 * i)),
    w: Float64Array.from({ length: observations }, (_, o) => 1 + 0.1 * Math.sin(o)),
    feature: Float64Array.from({ length: 2 * observations }, (_, i) => 280 + 50 * Math.sin(2.1 * i)),
    cam: Int32Array.from({ length: observations }, (_, o) => (7 * o) % cameras),
    pt: Int32Array.from({ length: observations }, (_, o) => (31 * o) % points),
  };
}

/** What was computed of residuals and their partial derivatives, as it is by hand. */
export function bundleRows({ observations }: BundleSize, program: Program): BundleRows {
  const values = new Float64Array(3 * observations);
  const partials = new Float64Array(31 * observations);
  for (const [row, name] of ["u", "v", "spare"].entries()) {
    for (const [o, value] of program.output(name).entries()) values[3 * o + row] = value;
    for (let column = 0; column < 15; column++)
      for (const [o, value] of program.outputs[`J${row}_${column}`]?.entries() ?? [])
        partials[31 * o + (row === 2 ? 30 : 15 * row + column)] = value;
  }
  return { values, partials };
}

/** Of some forty observations, all that was computed. */
export function bundleAnswer({ observations }: BundleSize, { values, partials }: BundleRows): readonly number[] {
  const every = Math.max(1, Math.floor(observations / 40));
  const rows = Array.from({ length: Math.ceil(observations / every) }, (_, i) => i * every);
  return rows.flatMap(o => [...values.subarray(3 * o, 3 * o + 3), ...partials.subarray(31 * o, 31 * o + 31)]);
}

/** Three residuals an observation; two rows of fifteen partial derivatives, and one of the weight. */
export interface BundleRows {
  readonly values: Float64Array;
  readonly partials: Float64Array;
}

/** The same by hand: what fills residuals alone, and what fills all. */
export interface BundleByHand extends BundleRows {
  readonly residuals: () => number;
  readonly jacobian: () => number;
}

export function bundleByHand(arrays: BundleArrays): BundleByHand {
  const observations = arrays.w.length;
  const values = new Float64Array(3 * observations);
  const partials = new Float64Array(31 * observations);
  return {
    values,
    partials,
    residuals() {
      fillResiduals(arrays, values);
      return values[0] as number;
    },
    jacobian() {
      fillJacobian(arrays, values, partials);
      return partials[0] as number;
    },
  };
}

function fillResiduals({ camera, point, w, feature, cam, pt }: BundleArrays, values: Float64Array): void {
  for (let o = 0; o < w.length; o++) {
    const [at, to] = [11 * (cam[o] as number), 3 * (pt[o] as number)];
    const [a, b, c] = [camera[at] as number, camera[at + 1] as number, camera[at + 2] as number];
    const X = (point[to] as number) - (camera[at + 3] as number);
    const Y = (point[to + 1] as number) - (camera[at + 4] as number);
    const Z = (point[to + 2] as number) - (camera[at + 5] as number);
    const turn = a * a + b * b + c * c;
    let [cosine, sine, versine] = [1, 1, 0.5];
    if (turn > 0) {
      const angle = Math.sqrt(turn);
      cosine = Math.cos(angle);
      sine = Math.sin(angle) / angle;
      versine = (1 - cosine) / turn;
    }
    const along = versine * (a * X + b * Y + c * Z);
    const z = cosine * Z + sine * (a * Y - b * X) + along * c;
    const p = (cosine * X + sine * (b * Z - c * Y) + along * a) / z;
    const q = (cosine * Y + sine * (c * X - a * Z) + along * b) / z;
    const radius = p * p + q * q;
    const bend = 1 + radius * ((camera[at + 9] as number) + radius * (camera[at + 10] as number));
    const lens = (camera[at + 6] as number) * bend;
    const weight = w[o] as number;
    values[3 * o] = weight * (lens * p + (camera[at + 7] as number) - (feature[2 * o] as number));
    values[3 * o + 1] = weight * (lens * q + (camera[at + 8] as number) - (feature[2 * o + 1] as number));
    values[3 * o + 2] = 1 - weight * weight;
  }
}

function fillJacobian(arrays: BundleArrays, values: Float64Array, partials: Float64Array): void {
  const { camera, point, w, feature, cam, pt } = arrays;
  for (let o = 0; o < w.length; o++) {
    const [at, to] = [11 * (cam[o] as number), 3 * (pt[o] as number)];
    const [a, b, c] = [camera[at] as number, camera[at + 1] as number, camera[at + 2] as number];
    const X = (point[to] as number) - (camera[at + 3] as number);
    const Y = (point[to + 1] as number) - (camera[at + 4] as number);
    const Z = (point[to + 2] as number) - (camera[at + 5] as number);
    const turn = a * a + b * b + c * c;
    let [cosine, sine, versine, sineSlope, versineSlope] = [1, 1, 0.5, 0, 0];
    if (turn > 0) {
      const angle = Math.sqrt(turn);
      cosine = Math.cos(angle);
      sine = Math.sin(angle) / angle;
      versine = (1 - cosine) / turn;
      sineSlope = (cosine - sine) / turn;
      versineSlope = (sine - 2 * versine) / turn;
    }
    const dot = a * X + b * Y + c * Z;
    const along = versine * dot;
    const [crossX, crossY, crossZ] = [b * Z - c * Y, c * X - a * Z, a * Y - b * X];
    const z = cosine * Z + sine * crossZ + along * c;
    const p = (cosine * X + sine * crossX + along * a) / z;
    const q = (cosine * Y + sine * crossY + along * b) / z;
    const radius = p * p + q * q;
    const [focal, first, second] = [camera[at + 6] as number, camera[at + 9] as number, camera[at + 10] as number];
    const bend = 1 + radius * (first + radius * second);
    const lens = focal * bend;
    const weight = w[o] as number;
    const seenX = lens * p + (camera[at + 7] as number) - (feature[2 * o] as number);
    const seenY = lens * q + (camera[at + 8] as number) - (feature[2 * o + 1] as number);
    values[3 * o] = weight * seenX;
    values[3 * o + 1] = weight * seenY;
    values[3 * o + 2] = 1 - weight * weight;
    const slope = 2 * focal * (first + 2 * second * radius);
    const mixed = slope * p * q;
    for (let r = 0; r < 2; r++) {
      const scale = weight / z;
      const byP = scale * (r === 0 ? lens + slope * p * p : mixed);
      const byQ = scale * (r === 0 ? mixed : lens + slope * q * q);
      const byZ = -(byP * p + byQ * q);
      const gDot = byP * a + byQ * b + byZ * c;
      const common =
        -sine * (byP * X + byQ * Y + byZ * Z) +
        sineSlope * (byP * crossX + byQ * crossY + byZ * crossZ) +
        versineSlope * dot * gDot;
      const row = 31 * o + 15 * r;
      partials[row] = common * a + sine * (Y * byZ - Z * byQ) + versine * (X * gDot + dot * byP);
      partials[row + 1] = common * b + sine * (Z * byP - X * byZ) + versine * (Y * gDot + dot * byQ);
      partials[row + 2] = common * c + sine * (X * byQ - Y * byP) + versine * (Z * gDot + dot * byZ);
      const byX0 = cosine * byP + sine * (byQ * c - byZ * b) + versine * gDot * a;
      const byX1 = cosine * byQ + sine * (byZ * a - byP * c) + versine * gDot * b;
      const byX2 = cosine * byZ + sine * (byP * b - byQ * a) + versine * gDot * c;
      partials[row + 3] = -byX0;
      partials[row + 4] = -byX1;
      partials[row + 5] = -byX2;
      const place = weight * (r === 0 ? p : q);
      partials[row + 6] = bend * place;
      partials[row + 7] = r === 0 ? weight : 0;
      partials[row + 8] = r === 0 ? 0 : weight;
      partials[row + 9] = focal * radius * place;
      partials[row + 10] = focal * radius * radius * place;
      partials[row + 11] = byX0;
      partials[row + 12] = byX1;
      partials[row + 13] = byX2;
      partials[row + 14] = r === 0 ? seenX : seenY;
    }
    partials[31 * o + 30] = -2 * weight;
  }
}
