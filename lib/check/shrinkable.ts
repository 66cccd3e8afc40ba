import * as fc from "fast-check";

/** How values are drawn, and made simpler where a property fails. */
export interface Shrinkable<T> {
  readonly draw: (random: fc.Random) => T;
  readonly is: (value: unknown) => value is T;
  /** What to try in the place of a value, the simplest first. */
  readonly simpler: (value: T) => IterableIterator<T>;
}

/** Random values that are plain structure, so that they shrink without a memory of how they were drawn. */
export const shrinkable = <T>(how: Shrinkable<T>): fc.Arbitrary<T> => new Structured(how);

// fast-check asks for a class.
class Structured<T> extends fc.Arbitrary<T> {
  readonly #how: Shrinkable<T>;

  constructor(how: Shrinkable<T>) {
    super();
    this.#how = how;
  }

  override generate(random: fc.Random): fc.Value<T> {
    return new fc.Value(this.#how.draw(random), undefined);
  }

  override canShrinkWithoutContext(value: unknown): value is T {
    return this.#how.is(value);
  }

  override shrink(value: T): fc.Stream<fc.Value<T>> {
    return fc.stream(this.#how.simpler(value)).map(simpler => new fc.Value(simpler, undefined));
  }
}
