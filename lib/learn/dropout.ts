import type { Expr } from "../expression/expression.ts";
import { div, mul } from "../expression/functions.ts";
import { checkShare } from "./options.ts";
import type { Random } from "./random.ts";
import { arrayRead, type Signal, signalOf } from "./signal.ts";

/** Which outputs of a layer are kept. */
export interface DropoutOptions {
  /** The reading of the mask, such as `"mask[n,k]"`: an input, 1 where the output is kept and 0 where it is not. */
  readonly mask: string;
  /** The probability that one is kept. */
  readonly keep: number;
}

/**
 * Dropout, `x * mask / keep`: what is kept is scaled so that the expectation stays `x`, and evaluation leaves the layer out
 * (N. Srivastava et al., Dropout: A Simple Way to Prevent Neural Networks from Overfitting, 2014, section 10). Training
 * fills the mask anew for each step by `fillMask`. Throws `bad-option` unless `keep` is above 0 and at most 1.
 */
export function dropout(x: Signal, { mask, keep }: DropoutOptions): Expr {
  checkShare("keep", keep);
  return div(mul(signalOf(x), arrayRead(mask)), keep);
}

/** Draws a mask, in place: each element is 1 with the probability `keep`, else 0. Throws as `dropout` does. */
export function fillMask(mask: { readonly length: number; [at: number]: number }, keep: number, random: Random): void {
  checkShare("keep", keep);
  for (let at = 0; at < mask.length; at++) mask[at] = random.uniform() < keep ? 1 : 0;
}
