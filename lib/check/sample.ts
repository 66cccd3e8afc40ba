import * as fc from "fast-check";
import type { Expr } from "../expression/expression.ts";
import { arbitraryExpression, arbitraryPoint, type ExpressionOptions } from "./arbitrary.ts";
import { measure, type Point } from "./regular.ts";

/** What a law is tried on. The expressions are drawn to be regular at the first of the points. */
export interface Sample {
  readonly expressions: readonly [f: Expr, g: Expr];
  readonly points: readonly Point[];
}

/** Which samples are drawn. */
export interface SampleOptions extends ExpressionOptions {
  /** `f` is drawn so that it is regular where its first variable has the value of `g`: for laws of composition. */
  readonly composed?: boolean;
  /** How many points a sample has: 8 unless said. */
  readonly points?: number;
}

/** Two random expressions, and points for their variables. They shrink to one point, simple expressions, short numbers. */
export const arbitrarySample = (options: SampleOptions = {}): fc.Arbitrary<Sample> => new SampleArbitrary(options);

// Drawn in one go, since what is regular depends on the point, and shrunk in parts.
class SampleArbitrary extends fc.Arbitrary<Sample> {
  readonly #options: SampleOptions;
  readonly #names: readonly string[];

  constructor(options: SampleOptions) {
    super();
    this.#options = options;
    this.#names = options.variables ?? ["x", "y", "z"];
  }

  override generate(random: fc.Random): fc.Value<Sample> {
    const { composed = false, points = 8 } = this.#options;
    const drawn = <T>(arbitrary: fc.Arbitrary<T>): T => arbitrary.generate(random, undefined).value;
    const places = Array.from({ length: points }, () => drawn(arbitraryPoint(this.#names)));
    const [at = {}] = places;
    const g = drawn(arbitraryExpression({ ...this.#options, regularAt: at }));
    const inner = composed ? { ...at, [this.#names[0] ?? "x"]: measure(g, at).value } : at;
    const f = drawn(arbitraryExpression({ ...this.#options, regularAt: inner }));
    return new fc.Value({ expressions: [f, g], points: places }, undefined);
  }

  override canShrinkWithoutContext(value: unknown): value is Sample {
    return typeof value === "object" && value !== null && "expressions" in value && "points" in value;
  }

  override shrink(value: Sample): fc.Stream<fc.Value<Sample>> {
    return fc.stream(this.#simpler(value)).map(simpler => new fc.Value(simpler, undefined));
  }

  *#simpler({ expressions, points }: Sample): Generator<Sample, void> {
    if (points.length > 1) for (const point of points) yield { expressions, points: [point] };
    const shrinking = arbitraryExpression(this.#options);
    const [f, g] = expressions;
    for (const { value } of shrinking.shrink(f, undefined)) yield { expressions: [value, g], points };
    for (const { value } of shrinking.shrink(g, undefined)) yield { expressions: [f, value], points };
    for (const [position, point] of points.entries()) {
      for (const [name, x] of Object.entries(point)) {
        for (const simpler of [0, 1, 2, Math.trunc(x), Math.trunc(x * 10) / 10]) {
          if (weight(simpler) < weight(x))
            yield { expressions, points: points.with(position, { ...point, [name]: simpler }) };
        }
      }
    }
  }
}

// Fewer digits first, then smaller numbers: what a person would rather read.
const weight = (x: number): number => String(x).length + Math.abs(x) / 1e3;
