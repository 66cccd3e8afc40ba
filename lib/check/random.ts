import type * as fc from "fast-check";
import { constant, type Expr } from "../expression/expression.ts";
import { div } from "../expression/functions.ts";

/** True with this probability. */
export const chance = (random: fc.Random, probability: number): boolean => random.nextInt(0, 999) < probability * 1000;

/** One of the items; undefined where there is none. */
export const pick = <T>(random: fc.Random, items: readonly T[]): T | undefined =>
  items.length === 0 ? undefined : items[random.nextInt(0, items.length - 1)];

/** A small integer, a thousandth or a simple fraction. */
export function drawConstant(random: fc.Random): Expr {
  const kind = random.nextInt(0, 9);
  if (kind < 5) return constant(random.nextInt(-3, 5));
  if (kind < 7) return constant(random.nextInt(-3000, 3000) / 1000);
  if (kind < 8) return constant(random.nextInt(-20, 20) / 4);
  return div(random.nextInt(-5, 5), random.nextInt(1, 7));
}

/** A small exponent, most often whole. */
export function drawExponent(random: fc.Random, isNatural: boolean): Expr {
  if (isNatural) return constant(random.nextInt(0, 3));
  if (chance(random, 0.75)) return constant(random.nextInt(-3, 4));
  return chance(random, 0.5) ? constant(random.nextInt(-5, 5) / 2) : div(random.nextInt(1, 5), random.nextInt(2, 5));
}

/** Numbers that a person would rather read; a natural number shrinks to natural numbers only. */
export function simplerNumbers(value: number): readonly number[] {
  if (value === 0) return [];
  if (Number.isInteger(value) && value > 0) return [0, 1, Math.floor(value / 2), value - 1].filter(n => n < value);
  if (value < 0) return [0, -value];
  return [0, 1, 2, Math.floor(value), Math.ceil(value)];
}
