import { type Constructor, constructorOf } from "./constructor.ts";
import { FluxionError } from "./error.ts";
import { describe, type Expr, type FunctionRow, type Operand } from "./expression.ts";
import { aliases, endOfName, indexWords, keywords } from "./names.ts";
import { checkOwnName } from "./own.ts";
import { rational } from "./rational.ts";
import { uninterpreted } from "./uninterpreted.ts";

/** What is told of a function of one's own: the columns of a row, but those of an operator. */
export interface FunctionDefinition<Arity extends number = number>
  extends Omit<FunctionRow, "arity" | "evaluate" | "derivatives" | "notation" | "operator" | "companion"> {
  /** A letter, then letters and digits, then primes; no function of the table and no other word of the language. */
  readonly arity: Arity;
  /** The value at numbers; NaN where the function is not defined. Absent: the function is a symbol without values. */
  readonly evaluate?: (...args: Repeat<number, Arity>) => number;
  /**
   * The partial derivative for each argument, as an expression of the arguments and, after them, of the result. They may
   * call the function itself. Absent, and `evaluate` too: symbols, `sigma'` for `sigma` and `f_1`, `f_2` for an `f` of two.
   */
  readonly derivatives?: readonly ((...argsAndResult: [...Repeat<Expr, Arity>, result: Expr]) => Operand)[];
}

/** As many of a type as a number says; any number of them where the number is not known. */
export type Repeat<T, Count extends number, List extends T[] = []> = number extends Count
  ? T[]
  : List["length"] extends Count
    ? List
    : Repeat<T, Count, [...List, T]>;

/**
 * A function of one's own: the constructor of its calls, which `parse`, `fromJSON` and `arbitraryExpression` take as an
 * element of `functions`. It prints, differentiates, evaluates, simplifies and compiles as those of the table do. Nothing
 * global changes: elsewhere the name stays free.
 *
 * Without `evaluate` the function is uninterpreted: `sigma(x)` has the derivative `sigma'(x)`, and evaluating it is an
 * `unsupported` error. The derivatives are read back where `sigma` is given.
 *
 * Throws `bad-option` for a name that is no identifier or a word of the language, an arity that is no natural number,
 * another number of derivatives than of arguments, and whatever is of the wrong type; `ambiguous-function` for a name
 * of the table. Wrong derivatives are what `checkGradient` finds.
 */
export function defineFunction<const Arity extends number>(
  definition: FunctionDefinition<Arity>,
): Constructor<Repeat<Operand, Arity>> {
  const { name, arity, evaluate, derivatives, exact, ...columns } = checked(definition);
  const symbol = uninterpreted(name, arity);
  return constructorOf(name, arity, {
    ...columns,
    // Rationals are compared by their parts, which have to be in lowest terms.
    ...(exact === undefined ? {} : { exact: (...args) => inLowestTerms(exact(...args)) }),
    evaluate: evaluate ?? symbol.evaluate,
    derivatives: Object.freeze([...(derivatives ?? symbol.derivatives)]),
    ...(derivatives === undefined && symbol.companion !== undefined ? { companion: symbol.companion } : {}),
  });
}

/** The function named `name` among `rows`, or one that comes with one of them. */
export function companionNamed(rows: Iterable<FunctionRow>, name: string): FunctionRow | undefined {
  for (const row of rows) {
    const found = row.companion?.(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

type Checked = Omit<FunctionRow, "evaluate" | "derivatives"> & Partial<Pick<FunctionRow, "evaluate" | "derivatives">>;

function checked<Arity extends number>(definition: FunctionDefinition<Arity>): Checked {
  if (typeof definition !== "object" || definition === null) {
    throw wrong(`a function is defined by an object such as { name, arity, evaluate, derivatives }`, definition);
  }
  for (const [column, { is, wanted }] of Object.entries(doors)) {
    const value: unknown = definition[column as keyof typeof doors];
    if (value !== undefined && !is(value)) throw wrong(`the column ${column} is ${wanted}`, value);
  }
  if ("operator" in definition) {
    throw new FluxionError("bad-option", "a function of one's own is written as a call; it has no column operator");
  }
  const { name, arity, evaluate, derivatives } = definition;
  checkName(name);
  if (!Number.isSafeInteger(arity) || arity < 0) throw wrong(`the arity of ${name} is a natural number`, arity);
  if (derivatives !== undefined && derivatives.length !== arity) {
    const count = derivatives.length;
    throw new FluxionError("bad-option", `${name} has one derivative for each argument: ${arity}, and not ${count}`);
  }
  if (evaluate !== undefined && derivatives === undefined && arity > 0) {
    throw new FluxionError("bad-option", `${name} has values, so it needs derivatives: one for each argument`);
  }
  // Absent and undefined are the same, here as in every record of options.
  const given = Object.entries(definition).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as unknown as Checked;
}

function checkName(name: unknown): void {
  if (typeof name !== "string" || name === "" || endOfName(name, 0) !== name.length) {
    throw wrong("the name of a function is a letter, then letters and digits, then primes", name);
  }
  if (keywords.has(name) || indexWords.has(name)) {
    throw new FluxionError("bad-option", `${name} is a word of the language; give the function another name`);
  }
  checkOwnName({ name: aliases.get(name) ?? name });
}

const wrong = (wanted: string, value: unknown): FluxionError =>
  new FluxionError("bad-option", `${wanted}, got ${describe(value)}`);

const inLowestTerms = (r: ReturnType<NonNullable<FunctionRow["exact"]>>): typeof r =>
  r === undefined ? undefined : rational(r.numerator, r.denominator);

const aFunction = { is: (value: unknown) => typeof value === "function", wanted: "a function" };
const oneOf = (...words: readonly unknown[]) => ({
  is: (value: unknown) => words.includes(value),
  wanted: words.map(word => JSON.stringify(word)).join(" or "),
});

// What a column has to be; the others are looked at where they are used.
const doors = {
  evaluate: aFunction,
  domain: aFunction,
  rule: { is: (value: unknown) => typeof value === "string", wanted: "a text" },
  derivatives: {
    is: (value: unknown) => Array.isArray(value) && value.every(aFunction.is),
    wanted: "a list of functions, one for each argument",
  },
  differential: aFunction,
  code: aFunction,
  exact: aFunction,
  identities: aFunction,
  parity: oneOf("even", "odd"),
  commutative: oneOf(true),
  range: oneOf("positive", "nonnegative", "truth"),
  bounded: oneOf(true),
  whole: oneOf("closed", "always"),
  multiplicative: oneOf(true),
  selection: oneOf(true),
} as const satisfies Partial<Record<keyof FunctionDefinition, unknown>>;
