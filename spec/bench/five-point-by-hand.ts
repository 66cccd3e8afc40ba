/**
 * The loss of the textbook network with two hidden neurons at one sample `d`, x1, x2 and y; its partials go to `g`. Both by the
 * parameters b1, w11, w12, b2, w21, w22, c, u1 and u2, as somebody with paper and time writes them.
 */
export function fivePointGradient(p: Float64Array, g: Float64Array, d: Float64Array): number {
  const [x1, x2, y] = [d[0] as number, d[1] as number, d[2] as number];
  const [u1, u2] = [p[7] as number, p[8] as number];
  const z1 = Math.tanh((p[0] as number) + x1 * (p[1] as number) + x2 * (p[2] as number));
  const z2 = Math.tanh((p[3] as number) + x1 * (p[4] as number) + x2 * (p[5] as number));
  const fin = (p[6] as number) + u1 * z1 + u2 * z2;
  const t = Math.exp(-fin);
  const back = 1 - y - t / (1 + t);
  const d1 = back * u1 * (1 - z1 * z1);
  const d2 = back * u2 * (1 - z2 * z2);
  g[0] = d1;
  g[1] = d1 * x1;
  g[2] = d1 * x2;
  g[3] = d2;
  g[4] = d2 * x1;
  g[5] = d2 * x2;
  g[6] = back;
  g[7] = back * z1;
  g[8] = back * z2;
  return fin - fin * y + Math.log(1 + t);
}

/** The mean of that loss over the samples of three columns, then the means of its nine partials. */
export function meanOverPoints(p: readonly number[], columns: readonly Float64Array[], totals: Float64Array): void {
  const [b1, w11, w12, b2, w21, w22, c, u1, u2] = p as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const [first, second, third] = columns as [Float64Array, Float64Array, Float64Array];
  const points = first.length;
  let [g0, g1, g2, g3, g4, g5, g6, g7, g8, sum] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  for (let n = 0; n < points; n++) {
    const x1 = first[n] as number;
    const x2 = second[n] as number;
    const z1 = Math.tanh(b1 + x1 * w11 + x2 * w12);
    const z2 = Math.tanh(b2 + x1 * w21 + x2 * w22);
    const fin = c + u1 * z1 + u2 * z2;
    const t = Math.exp(-fin);
    const y = third[n] as number;
    sum += fin - fin * y + Math.log1p(t);
    const back = 1 - y - t / (1 + t);
    const d1 = back * u1 * (1 - z1 * z1);
    const d2 = back * u2 * (1 - z2 * z2);
    g0 += d1;
    g1 += d1 * x1;
    g2 += d1 * x2;
    g3 += d2;
    g4 += d2 * x1;
    g5 += d2 * x2;
    g6 += back;
    g7 += back * z1;
    g8 += back * z2;
  }
  for (const [i, total] of [sum, g0, g1, g2, g3, g4, g5, g6, g7, g8].entries()) totals[i] = total / points;
}
