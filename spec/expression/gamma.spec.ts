/** Gamma and its relatives: against known values, at their poles, and by recurrence, reflection and duplication. */
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { digamma, factorial, gamma, lgamma, polygamma } from "../../lib/expression/gamma.ts";
import { accurate, dyadic, exactly, identical, law } from "../support/numeric.ts";
import { numRuns } from "../support/runs.ts";

// Up to nine products of the recurrence, or two powers and two exponentials of Stirling's formula.
accurate(
  gamma,
  1e-15,
  `
  1e-308              1.00000000000000009067e+308
  1e-9                999999999.422784273806
  0.1                 9.51350769866873128581
  0.5                 1.7724538509055160273
  0.75                1.22541670246517764513
  1.4616321449683622  0.885603194410888700279
  1.5                 0.886226925452758013649
  2.5001              1.32943386817713948834
  3.7                 4.17065178379660403009
  5.55                56.7478052671569070706
  9.999               362063.822340992676648
  10.001              363698.055765661916322
  20.5                5.40624298233507504474e+17
  33.3                7.48757759652263232744e+35
  77.7                3.93891963842931648701e+112
  101.5               9.36756791960313019139e+158
  143.2               7.26844522084027153341e+245
  170.5               5.56209241455999961071e+305
  171.624             1.79421175992481035921e+308
  -1e-9               -1000000000.57721560361
  -0.25               -4.90166680986071058052
  -0.5                -3.5449077018110320546
  -1.5                2.36327180120735470306
  -2.75               -1.00449798323031225958
  -4.000001           -41666.6039060509194239
  -9.5                0.00000277212791157510213206
  -10.3               -5.2623632395356095592e-7
  -33.3               1.55742326668220735924e-37
  -100.999            -1.06581579379009072395e-157
  -150.5              -4.47844765815064080989e-264
  -170.7              -1.46412961014585727327e-308
  -175.25             1.08537095749110528895e-318
  -180.0000001        -4.97769606509552472942e-323
  `,
);

// Two logarithms; on the negative axis their difference, so the error is relative to them.
accurate(
  lgamma,
  1e-15,
  `
  1e-300       690.77552789821370518
  0.001        6.90717888538385366168
  0.3          1.09579799481807556056
  0.5          0.572364942924700087072
  0.999999     5.77216487385565237939e-7
  1.000000001  -5.7721571183810395192e-10
  1.25         -0.0982718364218131614639
  1.75         -0.0844011210204855559578
  1.99999      -0.00000422781110424167351761
  2.0001       0.0000422816581129199463174
  2.6          0.357411863548979836769
  7.1          6.76729347938477011174
  9.99         12.7793152143501933602
  10.01        12.8243502624482472822
  55.5         166.321506159840369141
  171          706.573062245787347111
  1000.5       5908.67417584867748868
  1e10         220258509288.81058147
  1e300        6.89775527898213741474e+302
  -0.001       6.90833331751502841097
  -0.4         1.3145245899433899435
  -1.3         1.20247578639011132696
  -7.25        -7.54188344347575002442
  -12.5        -20.1153462703953009673
  -55.0001     -159.117506699780128815
  -1234.5      -7556.52459250083072975
  `,
  x => (x < 0 ? Math.max(1, Math.abs(lgamma(-x))) : 0),
);

// A dozen terms of mostly one sign; near the zero 1.46 a Taylor series; on the negative axis a difference.
accurate(
  digamma,
  2e-15,
  `
  1e-300              -9.99999999999999974941e+299
  0.001               -1000.57557193181027965
  0.3                 -3.50252422220013312492
  0.5                 -1.96351002602142347944
  1                   -0.577215664901532860607
  1.4                 -0.0613845445851162368006
  1.45                -0.0113164225864458876584
  1.4616321449683622  -9.24126552172942751679e-17
  1.4616321449683625  1.22453746220040690313e-16
  1.47                0.00806648901136486844233
  1.52                0.0550221145795516389257
  2                   0.422784335098467139393
  2.7                 0.796783168991141094944
  6.5                 1.79291133039993294192
  9.99                2.25070037283120112198
  10.01               2.25280370031813573674
  33.3                3.49046723852024277728
  1000                6.90725519564881205205
  1e10                23.0258509298904568402
  1e300               690.775527898213705258
  -0.001              999.421138197891333757
  -0.4                0.959380786106809365721
  -1.3                2.88254054886616730379
  -7.2                6.36595236304510882105
  -12.9               -7.07334146029118524982
  -55.0001            10004.0160690299948818
  -1234.25            10.2602164803399615414
  `,
  x => (x < 0 ? Math.max(1, Math.abs(digamma(-x)), Math.abs(piCotPi(x))) : 0),
);

// The m-th power of a rounded number errs by some m roundings: 2e-15 for m = 20, 1e-13 for m = 400.
accurate(
  polygamma,
  2e-15,
  `
  1 1e-9     9.99999999999999877082e+17
  1 0.1      101.433299150792747705
  1 1        1.64493406684822643647
  1 2.5      0.490357756100234864973
  1 17.3     0.0595062564362906758126
  1 1000     0.00100050016666663333336
  1 1e100    9.99999999999999984097e-101
  1 -0.5     8.93480220054467930942
  1 -3.75    19.5049800605995752733
  1 -50.001  1000003.2700783476519
  2 0.3      -75.2725365887260389173
  2 1        -2.4041138063191885708
  2 9.5      -0.0123078458077093375314
  2 1e9      -1.0000000010000000005e-18
  2 -0.2     245.569884291578323586
  2 -4.4     22.2350713561370146691
  3 0.001    6000000000006.46861446
  3 4.5      0.0303225085423665868653
  3 -2.5     194.747876219187622422
  4 2        -0.886266123440878231953
  4 -7.1     2399973.83298403615747
  5 0.5      7691.11354860243549624
  5 33       6.61121024359418072373e-7
  7 1.5      200.218185598064969486
  10 0.75    -85926737.2088804386529
  10 25      -4.62166451504883192829e-9
  10 -3.3    2048284893018.12405326
  19 -6.5    2.55108265685749860726e+23
  20 5       -5217.71422159022773623
  `,
  (m, x) => (x < 0 ? nearestPole(m, x) : 0),
);

accurate(
  polygamma,
  1e-13,
  `
  50 12.5    -354308687.503783272356
  100 60     -2.93772716555931618916e-22
  150 300    -1.30833612376502975169e-111
  170 70     -2.45113988499048576758e-9
  200 90     -1.39373903179854394402e-18
  400 250    -2.14043172825640654022e-93
  `,
);

const { NaN: none, POSITIVE_INFINITY: infinity } = Number;

test("gamma and factorial of an integer are the nearest doubles to the exact product", () => {
  let product = 1n;
  for (let n = 1; n <= 171; n++) {
    assert.is(gamma(n), Number(product));
    assert.is(factorial(n - 1), Number(product));
    product *= BigInt(n);
  }
});

exactly("4! is 24, 0! is 1, 171! overflows", [factorial(4), 24], [factorial(0), 1], [factorial(171), infinity]);
exactly("a pole of gamma below 0 is NaN", [gamma(-1), none], [gamma(-2), none], [gamma(-1e300), none]);
exactly("a pole of gamma at 0 is Infinity", [gamma(0), infinity], [gamma(-0), infinity], [factorial(-1), infinity]);
exactly("gamma at the infinities", [gamma(infinity), infinity], [gamma(-infinity), none]);
exactly("gamma underflows far below 0", [gamma(-190.5), 0], [gamma(-1e10 - 0.5), 0]);
exactly("lgamma is 0 at 1 and 2", [lgamma(1), 0], [lgamma(2), 0]);
exactly("lgamma is Infinity at the poles", [lgamma(0), infinity], [lgamma(-3), infinity], [lgamma(infinity), infinity]);
exactly("lgamma has no limit at -Infinity", [lgamma(-infinity), none]);
exactly("digamma at its poles and ends", [digamma(0), -infinity], [digamma(-2), none], [digamma(-infinity), none]);
exactly("digamma grows without bound", [digamma(infinity), infinity]);
exactly("polygamma at its poles", [polygamma(1, 0), infinity], [polygamma(2, 0), -infinity], [polygamma(1, -3), none]);
exactly("polygamma vanishes at Infinity", [polygamma(1, infinity), 0], [polygamma(2, infinity), 0]);
exactly("polygamma has natural orders", [polygamma(-1, 2), none], [polygamma(0.5, 2), none]);
exactly("polygamma of order 0 is digamma", [polygamma(0, 2.5), digamma(2.5)], [polygamma(0, -7.2), digamma(-7.2)]);

test("polygamma of any order ends soon", () =>
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.double(), (m, x) => typeof polygamma(m, x) === "number"),
    { numRuns },
  ));

const fraction = (x: number) => x - Math.round(x);
const parity = (x: number) => (x % 2 === 0 ? 1 : -1);
/** sin πx and π cot πx, reduced exactly. */
const sinPi = (x: number) => parity(Math.round(x)) * Math.sin(Math.PI * fraction(x));
const piCotPi = (x: number) => Math.PI / Math.tan(Math.PI * fraction(x));
/** Whether the functions have a pole at x. */
const pole = (x: number) => x <= 0 && Number.isInteger(x);
const regular = (min: number, max: number) => dyadic(min, max).filter(x => !pole(x));
const order = fc.integer({ min: 1, max: 12 });

// gamma and lgamma are within 9 roundings, digamma within 18.
law("recurrence      Γ(x+1) = x Γ(x)", [regular(-169, 170)], x => [gamma(x + 1), x * gamma(x), 19]);
law("reflection      Γ(x) Γ(1-x) sin πx = π", [regular(-60, 60).filter(x => !pole(1 - x))], x => [
  gamma(x) * gamma(1 - x) * sinPi(x),
  Math.PI,
  23,
]);
law("duplication     Γ(2x) √π = 2^(2x-1) Γ(x) Γ(x+½)", [regular(0, 70)], x => [
  gamma(2 * x) * Math.sqrt(Math.PI),
  2 ** (2 * x - 1) * gamma(x) * gamma(x + 0.5),
  33,
]);
identical("factorial       x! = Γ(x+1)", [regular(-160, 170)], x => [factorial(x), gamma(x + 1)]);
law("logarithm       log|Γ|(x) = log |Γ(x)|", [regular(-160, 170)], x => [
  lgamma(x),
  Math.log(Math.abs(gamma(x))),
  30,
  1,
  lgamma(Math.abs(x)),
]);
law("recurrence      log|Γ|(x+1) = log |x| + log|Γ|(x)", [regular(-1000, 1000)], x => [
  lgamma(x + 1),
  lgamma(x) + Math.log(Math.abs(x)),
  40,
  1,
  lgamma(Math.abs(x) + 1),
]);
law("recurrence      ψ(x+1) = ψ(x) + 1/x", [regular(-1000, 1000)], x => [
  digamma(x + 1),
  digamma(x) + 1 / x,
  40,
  1,
  digamma(Math.abs(x)),
  piCotPi(x),
]);
law("reflection      ψ(1-x) = ψ(x) + π cot πx", [regular(-1000, 1000).filter(x => !pole(1 - x))], x => [
  digamma(1 - x),
  digamma(x) + piCotPi(x),
  40,
  1,
  digamma(Math.abs(x)),
  piCotPi(x),
]);
law("duplication     2 ψ(2x) = ψ(x) + ψ(x+½) + 2 log 2", [regular(0, 1000)], x => [
  2 * digamma(2 * x),
  digamma(x) + digamma(x + 0.5) + 2 * Math.LN2,
  60,
  1,
  digamma(x),
]);

const nearestPole = (m: number, x: number) => factorial(m) * Math.abs(x < 0 ? fraction(x) : x) ** (-m - 1);
law("recurrence      ψ⁽ᵐ⁾(x+1) = ψ⁽ᵐ⁾(x) + (-1)ᵐ m! / x^(m+1)", [order, regular(-50, 50)], (m, x) => [
  polygamma(m, x + 1),
  polygamma(m, x) + (parity(m) * factorial(m)) / x ** (m + 1),
  40,
  nearestPole(m, x),
]);
law(
  "duplication     2^(m+1) ψ⁽ᵐ⁾(2x) = ψ⁽ᵐ⁾(x) + ψ⁽ᵐ⁾(x+½)",
  [order, regular(-50, 50).filter(x => !pole(2 * x))],
  (m, x) => [
    2 ** (m + 1) * polygamma(m, 2 * x),
    polygamma(m, x) + polygamma(m, x + 0.5),
    60,
    nearestPole(m, x),
    nearestPole(m, x + 0.5),
  ],
);
law("reflection      ψ′(1-x) + ψ′(x) = π² / sin² πx", [regular(-50, 50).filter(x => !pole(1 - x))], x => [
  polygamma(1, 1 - x) + polygamma(1, x),
  (Math.PI / sinPi(x)) ** 2,
  40,
]);
law("reflection      ψ″(1-x) - ψ″(x) = 2π³ cos πx / sin³ πx", [regular(-50, 50).filter(x => !pole(1 - x))], x => [
  polygamma(2, 1 - x) - polygamma(2, x),
  2 * piCotPi(x) * (Math.PI / sinPi(x)) ** 2,
  40,
  nearestPole(2, x),
  nearestPole(2, 1 - x),
]);

test.run();
