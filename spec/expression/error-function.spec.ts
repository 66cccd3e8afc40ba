/** The error function: against known values, at its ends, and by its symmetries. */
import { test } from "uvu";
import { erf, erfc } from "../../lib/expression/error-function.ts";
import { accurate, exactly, identical, law, within } from "../support/numeric.ts";

// A rational function and, beyond 0.47, an exponential: some four roundings.
accurate(
  erf,
  4e-16,
  `
  1e-300   1.12837916709551260217e-300
  0.001    0.00112837879096923640344
  0.125    0.140316204801333817393
  0.46875  0.492613473217937991588
  0.46876  0.492622531106846529274
  0.75     0.711155633653515131599
  1        0.842700792949714869341
  -1.5     -0.966105146475310727067
  2.5      0.99959304798255504106
  4        0.99999998458274209972
  5.5      0.999999999999992642152
  `,
);

// Two exponentials, each within a unit in the last place, times a rational function.
accurate(
  erfc,
  1e-15,
  `
  -3       1.99997790950300141456
  -0.5     1.52049987781304653768
  -1e-9    1.0000000011283791671
  0.25     0.723673609831763067015
  0.46875  0.507386526782062008412
  0.46876  0.507377468893153470726
  1        0.157299207050285130659
  2.3      0.00114317659735665247592
  3.999    1.55447494909949915328e-8
  4        1.54172579002800188522e-8
  4.001    1.5290782173248731519e-8
  6.5      3.84214832712064746988e-20
  10       2.088487583762544757e-45
  15.7     3.20185774467658186116e-109
  20.3     2.98531818060163594431e-181
  26       5.66319240885614284648e-296
  26.5     2.21090766426373427593e-307
  26.7     5.2531104135944541544e-312
  27.2     1.01890491427031553951e-323
  `,
);

const { POSITIVE_INFINITY: infinity } = Number;
exactly("erf at the ends and at 0", [erf(infinity), 1], [erf(-infinity), -1], [erf(0), 0], [erf(-0), -0], [erf(6), 1]);
exactly("erfc at the ends and at 0", [erfc(infinity), 0], [erfc(-infinity), 2], [erfc(0), 1], [erfc(28), 0]);

identical("odd             erf(-x) = -erf(x)", [within(10)], x => [erf(-x), -erf(x)]);
law("complement      erf(x) + erfc(x) = 1", [within(10)], x => [erf(x) + erfc(x), 1, 4]);
law("point symmetry  erfc(x) + erfc(-x) = 2", [within(10)], x => [erfc(x) + erfc(-x), 2, 4]);

test.run();
