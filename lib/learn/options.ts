import { FluxionError } from "../expression/error.ts";
import { describe } from "../expression/expression.ts";

/** The number. Throws `bad-option`, which names `what` it is, if it is no positive integer. */
export function positiveInteger(what: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new FluxionError("bad-option", `${what} is a positive integer, got ${numeral(value)}`);
}

/** Throws `bad-option` unless the number is finite and not negative. */
export function checkRange(name: string, value: number): void {
  if (Number.isFinite(value) && value >= 0) return;
  throw new FluxionError("bad-option", `${name} is a number from 0 on, got ${numeral(value)}`);
}

/** Throws `bad-option` unless the number is at least 0 and less than 1: what is kept of an average when one more comes. */
export function checkMemory(name: string, value: number): void {
  if (Number.isFinite(value) && value >= 0 && value < 1) return;
  throw new FluxionError("bad-option", `${name} is a number from 0 to 1, without 1, got ${numeral(value)}`);
}

/** Throws `bad-option` unless the number is greater than 0 and at most 1: the share of something. */
export function checkShare(name: string, value: number): void {
  if (Number.isFinite(value) && value > 0 && value <= 1) return;
  throw new FluxionError("bad-option", `${name} is a number from 0 to 1, without 0, got ${numeral(value)}`);
}

/** What came where a number was wanted. */
export const numeral = (value: unknown): string => (typeof value === "number" ? String(value) : describe(value));
