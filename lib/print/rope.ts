import { FluxionError } from "../expression/error.ts";

/** A text in parts, which are shared as an expression's are: its length is known without writing it. */
export interface Rope {
  readonly parts: readonly (string | Rope)[];
  readonly length: number;
}

/** The parts, one after the other. */
export function rope(parts: readonly (string | Rope)[]): Rope {
  let length = 0;
  for (const part of parts) length += part.length;
  return { parts, length };
}

/** The items with the separator between each two. */
export const separated = <T>(items: readonly T[], separator: string): readonly (T | string)[] =>
  items.flatMap((item, i) => (i === 0 ? [item] : [separator, item]));

/** Its characters. Throws `too-long` above `maxLength` of them, with `advice`, before any is written. */
export function writeRope(text: Rope, maxLength: number, advice: string): string {
  if (text.length > maxLength) {
    throw new FluxionError(
      "too-long",
      `the text has ${readable(text.length)} characters, more than maxLength, which is ${readable(maxLength)}${advice}`,
    );
  }
  return beginningOf(text, text.length);
}

/** Its first characters: as many as are asked for, or all. */
export function beginningOf(text: Rope, length: number): string {
  const written: string[] = [];
  const pending: (string | Rope)[] = [text];
  let missing = length;
  for (let part = pending.pop(); part !== undefined && missing > 0; part = pending.pop()) {
    if (typeof part === "string") {
      written.push(part.slice(0, missing));
      missing -= part.length;
    } else for (const inner of part.parts.toReversed()) pending.push(inner);
  }
  return written.join("");
}

/** The number of characters that an option allows. Throws `bad-option` for what is no such number. */
export function lengthLimit(maxLength: number): number {
  if (typeof maxLength !== "number" || !(maxLength >= 0)) {
    throw new FluxionError("bad-option", `maxLength is a number of characters, got ${String(maxLength)}`);
  }
  // JavaScript has no longer strings.
  return Math.min(maxLength, 2 ** 29 - 24);
}

/** A number of characters, as a person reads it. */
export const readable = (length: number): string =>
  length < 1e15 ? length.toLocaleString("en-US") : `about ${length.toExponential(1)}`;
