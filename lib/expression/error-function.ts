/**
 * The error function and its complement, by the rational Chebyshev approximations of W. J. Cody, "Rational Chebyshev
 * approximations for the error function", Mathematics of Computation 23 (1969) 631-637, each good to 1e-17.
 */

/** erf(x) = 2/√π ∫ exp(-t²) dt from 0 to x, within 4e-16 relative. Odd; ±1 at ±Infinity. */
export function erf(x: number): number {
  const y = Math.abs(x);
  if (y <= small) return x * ratio(nearZero, x * x);
  return x < 0 ? complement(y) - 1 : 1 - complement(y);
}

/** erfc(x) = 1 - erf(x), within 1e-15 relative, in the far tail too, until it underflows at 27.2. 2 at -Infinity. */
export function erfc(x: number): number {
  const y = Math.abs(x);
  if (y <= small) return 1 - x * ratio(nearZero, x * x);
  return x < 0 ? 2 - complement(y) : complement(y);
}

/** Up to here erf is approximated, from here on erfc. */
const small = 0.46875;

/** erfc(x) for x above `small`. */
function complement(x: number): number {
  if (x > 27.3) return 0;
  if (x <= 4) return expMinusSquare(x) * ratio(middle, x);
  const square = 1 / (x * x);
  return (expMinusSquare(x) * (1 / Math.sqrt(Math.PI) - square * ratio(tail, square))) / x;
}

/** exp(-x²), where x² need not be a double: x is split into sixteenths, whose square is one, and a rest. */
function expMinusSquare(x: number): number {
  const sixteenths = Math.trunc(x * 16) / 16;
  return Math.exp(-sixteenths * sixteenths) * Math.exp((sixteenths - x) * (sixteenths + x));
}

/** Two polynomials of one degree, the leading coefficients first. */
interface Quotient {
  readonly numerator: readonly number[];
  readonly denominator: readonly number[];
}

function ratio({ numerator, denominator }: Quotient, x: number): number {
  let above = 0;
  let below = 0;
  for (let i = 0; i < numerator.length; i++) {
    above = above * x + (numerator[i] ?? 0);
    below = below * x + (denominator[i] ?? 0);
  }
  return above / below;
}

/** erf(x) / x, a function of x². */
const nearZero: Quotient = {
  numerator: [0.18577770618460315, 3.1611237438705655, 113.86415415105016, 377.485237685302, 3209.3775891384694],
  denominator: [1, 23.601290952344122, 244.02463793444417, 1282.6165260773723, 2844.236833439171],
};

/** exp(x²) erfc(x) for x up to 4. */
const middle: Quotient = {
  numerator: [
    2.1531153547440383e-8, 0.5641884969886701, 8.883149794388377, 66.11919063714163, 298.6351381974001,
    881.952221241769, 1712.0476126340707, 2051.0783778260716, 1230.3393547979972,
  ],
  denominator: [
    1, 15.744926110709835, 117.6939508913125, 537.1811018620099, 1621.3895745666903, 3290.7992357334597,
    4362.619090143247, 3439.3676741437216, 1230.3393548037495,
  ],
};

/** x² (1/√π - x exp(x²) erfc(x)) for x above 4, a function of 1/x². */
const tail: Quotient = {
  numerator: [
    0.016315387137302097, 0.30532663496123236, 0.36034489994980445, 0.12578172611122926, 0.016083785148742275,
    0.0006587491615298378,
  ],
  denominator: [
    1, 2.568520192289822, 1.8729528499234673, 0.5279051029514285, 0.06051834131244132, 0.0023352049762686918,
  ],
};
