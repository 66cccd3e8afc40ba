let made = 0;

/**
 * What a generated function with these parameters and this body returns for the arguments. Where a page's policy forbids
 * generated code, an `EvalError` passes through.
 */
export function generated(parameters: readonly string[], body: string, args: readonly unknown[]): unknown {
  // Engines share what they compile of equal texts, and then no longer know that the arrays within are always the same,
  // which makes loops over them a fifth slower. So no two texts are equal.
  const make = new Function(...parameters, `${body}\n// ${made++}`) as (...given: readonly unknown[]) => unknown;
  return make(...args);
}
