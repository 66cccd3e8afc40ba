import { type Expr, extent, type Index, type Operand, type Reduction, reduction } from "./expression.ts";
import { div } from "./functions.ts";

/** The sum of `body` over all values of the index; 0 over none. */
export const sum = (i: string | Index, body: Operand): Reduction => reduction("sum", i, body);

/** The sum of `body` over all values of the index, divided by their number. */
export const mean = (i: string | Index, body: Operand): Expr => div(sum(i, body), extent(i));

/** The greatest value of `body` over all values of the index; its derivative is shared equally at a tie. */
export const maximum = (i: string | Index, body: Operand): Reduction => reduction("maximum", i, body);

/** The least value of `body` over all values of the index; its derivative is shared equally at a tie. */
export const minimum = (i: string | Index, body: Operand): Reduction => reduction("minimum", i, body);

/** The logarithm of the sum of `exp(body)` over all values of the index, without overflow. */
export const logsumexp = (i: string | Index, body: Operand): Reduction => reduction("logsumexp", i, body);
