/** The elementary functions that Math lacks: against known values, at special points, and by their laws. */
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  acot,
  acoth,
  acsc,
  acsch,
  asec,
  asech,
  clip,
  cot,
  coth,
  csc,
  csch,
  hypot,
  logaddexp,
  mod,
  nthRoot,
  realPower,
  relu,
  round,
  sec,
  sech,
  sigmoid,
  sign,
  softplus,
  step,
} from "../../lib/expression/elementary.ts";
import { accurate, dyadic, exactly, identical, law, within } from "../support/numeric.ts";
import { numRuns } from "../support/runs.ts";

// One to four library functions and roundings, each within two units in the last place, 2.2e-16 each.
accurate(
  sigmoid,
  6e-16,
  `
  -745    2.82235073047193707635e-324
  -709.5  7.38014831401258084855e-309
  -100    3.72007597602083596296e-44
  -36.7   1.15184094930760949952e-16
  -2.5    0.0758581800212435511933
  -0.001  0.499750000020833331245
  0.3     0.574442516811658984438
  5       0.993307149075715144441
  36      0.999999999999999768048
  40      0.999999999999999995752
  `,
);

accurate(
  softplus,
  6e-16,
  `
  -745    2.82235073047193707635e-324
  -100    3.72007597602083596296e-44
  -36.7   1.15184094930760956586e-16
  -2.5    0.078889734292549623344
  -0.001  0.692647305559940101074
  0.3     0.854355244468527112437
  5       5.00671534848911806862
  36      36.000000000000000232
  1000    1000
  `,
);

accurate(
  cot,
  6e-16,
  `
  1e-300              9.99999999999999974941e+299
  -0.001              -999.999666666644423626
  0.7                 1.18724183212667946068
  1.5707963267948966  6.12323399573676588613e-17
  3                   -7.01525255143453346943
  -100.5              32.2842925615935821642
  1e6                 -2.67648433962834510884
  `,
);

accurate(
  sec,
  6e-16,
  `
  1e-9                1.0000000000000000005
  0.7                 1.30745925973359382097
  1.5707963267948966  16331239353195369.756
  3                   -1.0101086659079937513
  -100.5              1.00047960458193752902
  1e6                 1.06751825868110167144
  `,
);

accurate(
  csc,
  6e-16,
  `
  1e-300             9.99999999999999974941e+299
  -0.001             -1000.0001666666860903
  0.7                1.55227032695710399383
  3.141592653589793  8165619676597684.87798
  -100.5             32.2997762562307341321
  1e6                -2.85719590162728929531
  `,
);

accurate(
  coth,
  6e-16,
  `
  1e-300  9.99999999999999974941e+299
  -0.001  -1000.0003333333110903
  0.3     3.43273843032174170918
  2       1.03731472072754809588
  -15     -1.00000000000018715246
  30      1
  `,
);

accurate(
  sech,
  6e-16,
  `
  1e-9  0.9999999999999999995
  -0.5  0.886818883970073908659
  3     0.099327927419433207829
  21.9  6.16567802627735979964e-10
  22.1  5.04803021369041326085e-10
  -300  1.02964004448240275623e-130
  709   2.43356150124684613103e-308
  711   3.293467350449583117e-309
  740   8.37747976009609787892e-322
  `,
);

accurate(
  csch,
  6e-16,
  `
  1e-300  9.99999999999999974941e+299
  -0.001  -999.999833333352756959
  0.5     1.91903475133494371949
  21.9    6.16567802627735980081e-10
  22.1    5.04803021369041326149e-10
  -300    -1.02964004448240275623e-130
  709     2.43356150124684613103e-308
  711     3.293467350449583117e-309
  740     8.37747976009609787892e-322
  `,
);

accurate(
  acot,
  6e-16,
  `
  1e-300  1.57079632679489661923
  -0.3    -1.27933953231702953742
  1       0.785398163397448309616
  7.5     0.13255153229667402127
  -1e300  -9.99999999999999947495e-301
  `,
);

accurate(
  asec,
  6e-16,
  `
  1                0
  1.000000000001   0.00000141427642318007092634
  -1.000000000001  3.14159123931337005839
  1.25             0.643501108793284386803
  -3.5             1.86054802823094409018
  1e9              1.57079632579489661923
  -1e300           1.57079632679489661923
  `,
);

accurate(
  acsc,
  6e-16,
  `
  1                1.57079632679489661923
  1.000000000001   1.57079491251847343916
  -1.000000000001  -1.57079491251847343916
  1.25             0.927295218001612232429
  -3.5             -0.289751701436047470944
  1e9              1.00000000000000000017e-9
  -1e300           -9.99999999999999947495e-301
  `,
);

accurate(
  acoth,
  6e-16,
  `
  1.0000000000000002  18.3684002848385507551
  -1.000000001        -10.7082064676329944654
  1.25                1.0986122886681096914
  -3.5                -0.293893332451059504095
  1e9                 1.00000000000000000033e-9
  -1e300              -9.99999999999999947495e-301
  `,
);

accurate(
  asech,
  6e-16,
  `
  5e-324          745.133219101941207624
  1e-300          691.46867507877365049
  1e-9            21.416413017506356403
  0.1             2.99322284612638084212
  0.5             1.31695789692481670863
  0.9             0.467145308103261961528
  0.999999999999  0.00000141419791986886460165
  1               0
  `,
);

accurate(
  acsch,
  6e-16,
  `
  5e-324   745.133219101941207624
  -1e-300  -691.46867507877365049
  1e-9     21.4164130175063564035
  0.1      2.99822295029796968361
  -0.5     -1.44363547517881034249
  1        0.881373587019543025233
  30       0.0333271635782071729756
  -1e300   -9.99999999999999947495e-301
  `,
);

const { NaN: none, POSITIVE_INFINITY: infinity } = Number;

exactly(
  "1 to the power of Infinity is indeterminate",
  [realPower(1, infinity), none],
  [realPower(-1, -infinity), none],
);
exactly("a power of a negative number is real for integers", [realPower(-8, 3), -512], [realPower(-8, 1 / 3), none]);
exactly("x^0 is 1, whatever x", [realPower(none, 0), 1], [realPower(0, 0), 1], [realPower(infinity, 0), 1]);
exactly("an odd root of a negative number is negative", [nthRoot(-8, 3), -2], [nthRoot(-32, 5), -2]);
exactly("an even root of a negative number is none", [nthRoot(-8, 2), none], [nthRoot(-8, 2.5), none]);
exactly("a negative root is a reciprocal", [nthRoot(-8, -3), -0.5], [nthRoot(0, -2), infinity], [nthRoot(16, -4), 0.5]);
exactly("there is no zeroth root", [nthRoot(5, 0), none], [nthRoot(0, 0), none]);
exactly("a root need not be whole", [nthRoot(32, 2.5), 4], [nthRoot(3, 0.5), 9]);
exactly(
  "roots of 0 and Infinity",
  [nthRoot(-0, 3), 0],
  [nthRoot(infinity, 7), infinity],
  [nthRoot(-infinity, 7), -infinity],
);
exactly(
  "hypot neither overflows nor underflows",
  [hypot(3e300, 4e300), 5e300],
  [hypot(3 * 2 ** -1070, 2 ** -1068), 5 * 2 ** -1070],
);
exactly(
  "an infinite leg makes the hypotenuse infinite",
  [hypot(-infinity, none), infinity],
  [hypot(1, infinity), infinity],
);
exactly("mod has the sign of its second argument", [mod(-5, 3), 1], [mod(5, -3), -1], [mod(-4, 2), 0], [mod(4, -2), 0]);
exactly("mod by 0 changes nothing", [mod(5, 0), 5], [mod(-5, 0), -5]);

exactly("sign", [sign(-3), -1], [sign(0), 0], [sign(5e-324), 1]);
exactly("step is 0 at 0", [step(0), 0], [step(5e-324), 1], [step(-1), 0], [step(infinity), 1]);
exactly("relu", [relu(-2), 0], [relu(3), 3], [relu(-0), 0]);
exactly("clip", [clip(5, 0, 1), 1], [clip(-5, 0, 1), 0], [clip(0.5, 0, 1), 0.5], [clip(0.5, 1, 0), 0]);
exactly("round takes halves away from 0", [round(2.5), 3], [round(-2.5), -3], [round(-0.5), -1], [round(1.4), 1]);
exactly("round is exact", [round(0.49999999999999994), 0], [round(2 ** 52 + 1), 2 ** 52 + 1], [round(-1e300), -1e300]);

exactly("sigmoid and softplus at the ends", [sigmoid(-infinity), 0], [sigmoid(infinity), 1], [softplus(-infinity), 0]);
exactly("softplus does not overflow", [softplus(1e308), 1e308], [softplus(infinity), infinity]);
exactly("logaddexp of nothing is nothing", [logaddexp(-infinity, -infinity), -infinity], [logaddexp(-infinity, 3), 3]);
exactly(
  "logaddexp with Infinity",
  [logaddexp(infinity, infinity), infinity],
  [logaddexp(infinity, -infinity), infinity],
);
exactly("sech and csch vanish far out", [sech(1000), 0], [sech(-infinity), 0], [csch(1000), 0], [csch(-1000), -0]);
exactly("reciprocals of 0", [cot(0), infinity], [cot(-0), -infinity], [coth(0), infinity], [csch(-0), -infinity]);
exactly("asec and acsc are undefined inside (-1, 1)", [asec(0.5), none], [acsc(0), none], [asec(-1), Math.PI]);
exactly(
  "acoth is infinite at 1 and undefined inside",
  [acoth(1), infinity],
  [acoth(-1), -infinity],
  [acoth(0.5), none],
);
exactly("asech is defined on [0, 1]", [asech(0), infinity], [asech(1), 0], [asech(1.5), none]);
exactly("acsch is defined everywhere", [acsch(0), infinity], [acsch(-infinity), -0]);

identical("power           x^y is Math.pow", [fc.double(), fc.double()], (x, y) => [realPower(x, y), x ** y]);
law("length          hypot is Math.hypot", [fc.double(), fc.double()], (x, y) => [hypot(x, y), Math.hypot(x, y), 7]);
law("odd roots       nthRoot(-x, n) = -nthRoot(x, n)", [within(1e300), fc.integer({ min: 0, max: 30 })], (x, k) => [
  nthRoot(-x, 2 * k + 1),
  -nthRoot(x, 2 * k + 1),
  0,
]);
// A root that errs by a unit in the last place (2 u) has an n-th power that errs by 2 n u, and powers round too.
law(
  "root            nthRoot(x, n)^n = x",
  [fc.double({ min: 1e-300, max: 1e300, noNaN: true }), fc.integer({ min: 1, max: 60 })],
  (x, n) => [nthRoot(x, n) ** n, x, 2 * n + 4],
);
test("a root of a perfect power is exact", () => {
  for (let n = 1; n <= 53; n++) {
    for (let r = 1; r ** n <= 2 ** 53 && r <= 1000; r++) {
      assert.is(nthRoot(r ** n, n), r);
      if (n % 2 === 1) assert.is(nthRoot(-(r ** n), n), -r);
    }
    for (const k of [-17, -2, -1, 1, 2, 19]) assert.is(nthRoot(2 ** (k * n), n), 2 ** k);
  }
});

const small = fc.integer({ min: -1000, max: 1000 });
identical("remainder       mod(n, m) = n - m ⌊n/m⌋", [small, small.filter(m => m !== 0)], (n, m) => [
  mod(n, m),
  n - m * Math.floor(n / m) + 0,
]);
identical("period          mod(x + y, y) = mod(x, y)", [dyadic(-50, 50), dyadic(-9, 9)], (x, y) => [
  mod(x + y, y),
  mod(x, y),
]);
test("mod lies between 0 and its second argument", () =>
  fc.assert(
    fc.property(within(1e9), within(1e9), (x, y) => {
      const m = mod(x, y);
      return y === 0 ? Object.is(m, x) : y > 0 ? 0 <= m && m <= y : y <= m && m <= 0;
    }),
    { numRuns },
  ));
test("round is the integer at most a half away, and the farther from 0 of two", () =>
  fc.assert(
    fc.property(
      fc.oneof(
        within(1e6),
        fc.integer().map(k => k / 2),
      ),
      x => {
        const n = round(x);
        const distance = Math.abs(x - n);
        return Number.isInteger(n) && (distance < 0.5 || (distance === 0.5 && Math.abs(n) > Math.abs(x)));
      },
    ),
    { numRuns },
  ));

law("symmetry        sigmoid(x) + sigmoid(-x) = 1", [within(800)], x => [sigmoid(x) + sigmoid(-x), 1, 4]);
law("odds            sigmoid(x) = exp(x) sigmoid(-x)", [within(700)], x => [sigmoid(x), Math.exp(x) * sigmoid(-x), 10]);
law("difference      softplus(x) - softplus(-x) = x", [within(1e6)], x => [softplus(x) - softplus(-x), x, 6, 1]);
law("softplus        softplus(x) = logaddexp(0, x)", [within(1e6)], x => [softplus(x), logaddexp(0, x), 6]);
identical("commutative     logaddexp(a, b) = logaddexp(b, a)", [fc.double(), fc.double()], (a, b) => [
  logaddexp(a, b),
  logaddexp(b, a),
]);
law(
  "shift           logaddexp(a + c, b + c) = logaddexp(a, b) + c",
  [dyadic(-99, 99), dyadic(-99, 99), small],
  (a, b, c) => [logaddexp(a + c, b + c), logaddexp(a, b) + c, 6, 1, a, b, c],
);
law("cofunctions     asec(x) + acsc(x) = π/2", [within(100).filter(x => Math.abs(x) >= 1)], x => [
  asec(x) + acsc(x),
  Math.PI / 2,
  8,
  Math.PI,
]);
law("inverse         tanh(acoth(x)) = 1/x", [within(100).filter(x => Math.abs(x) > 1)], x => [
  Math.tanh(acoth(x)),
  1 / x,
  10,
]);
law("inverse         cosh(asech(x)) = 1/x", [fc.double({ min: 0.01, max: 1, noNaN: true })], x => [
  Math.cosh(asech(x)),
  1 / x,
  30,
]);
law("inverse         sinh(acsch(x)) = 1/x", [within(100).filter(x => Math.abs(x) > 0.01)], x => [
  Math.sinh(acsch(x)),
  1 / x,
  30,
]);
law("pythagoras      coth² x - csch² x = 1", [within(30).filter(x => x !== 0)], x => [
  coth(x) ** 2 - csch(x) ** 2,
  1,
  24,
  csch(x) ** 2,
]);

test.run();
