import { FluxionError } from "../expression/error.ts";
import {
  asExpr,
  type Condition,
  describe,
  type Expr,
  type FunctionRow,
  type Identity,
  type Operand,
  variable,
} from "../expression/expression.ts";
import { countOperations, freeVariables, topologicalOrder } from "../expression/fold.ts";
import { functions } from "../expression/functions.ts";

/**
 * An equation in the language of expressions: wherever `from` has a value and every letter meets its condition, `to` has the
 * same. The letters of `from` are the wildcards.
 */
export interface Rule {
  readonly name: string;
  readonly from: Expr;
  readonly to: Expr;
  readonly where: Readonly<Record<string, Condition>>;
  /** What an application lowers; undefined for neither, which only a user's rule may. */
  readonly lowers: "nodes" | "operations" | undefined;
}

/** What a rule is made of. */
export interface RuleDefinition {
  /** By default the equation itself. */
  readonly name?: string;
  /** A call of a function, or a sum or product of two powers of calls, or of one and a number or letter. */
  readonly from: Expr;
  readonly to: Operand;
  /** What a letter's match must be known to be. */
  readonly where?: Readonly<Record<string, Condition>>;
}

/**
 * A rule for `simplify(e, { rules })`; `checkRule` of fluxion/testing proves it. Throws `bad-option` where the right side or
 * a condition has a letter that the left side has not, or the condition is none.
 */
export function defineRule({ name, from, to, where = {} }: RuleDefinition): Rule {
  const [left, right] = [asExpr(from), asExpr(to)];
  const letters = new Set(freeVariables(left));
  for (const letter of [...freeVariables(right), ...Object.keys(where)]) {
    if (!letters.has(letter)) throw new FluxionError("bad-option", `${letter} is no letter of the left side ${left}`);
  }
  for (const [letter, condition] of Object.entries(where)) {
    if (!conditions.includes(condition)) {
      throw new FluxionError("bad-option", `${letter} may be ${conditions.join(", ")}, not ${describe(condition)}`);
    }
  }
  return rule(left, right, where, name);
}

/** The identities of the table as rules. */
export const tableRules = (): readonly Rule[] => [...functions.values()].flatMap(rulesOf);

/** The identities of a row as rules. */
export const rulesOf = (row: FunctionRow): readonly Rule[] => rulesIn(row, "identities");

/** The contractions of the table as rules: they come last. */
export const contractionRules = (): readonly Rule[] =>
  [...functions.values()].flatMap(row => rulesIn(row, "contractions"));

function rulesIn(row: FunctionRow, column: "identities" | "contractions"): readonly Rule[] {
  const [x, y, z] = [variable("x"), variable("y"), variable("z")];
  return (row[column]?.(x, y, z) ?? []).map(([from, to, where = {}]: Identity) => rule(from, asExpr(to), where));
}

/** True of a rule that brings in a function of which there was none: shorter to read, but one more to compute. */
export function bringsInFunction({ from, to }: Rule): boolean {
  const isFunction = (node: Expr): boolean =>
    node.kind === "call" && node.fn.operator === undefined && node.args.length > 0;
  const before = new Set(topologicalOrder(from).flatMap(node => (node.kind === "call" ? [node.fn] : [])));
  return topologicalOrder(to).some(node => isFunction(node) && node.kind === "call" && !before.has(node.fn));
}

function rule(from: Expr, to: Expr, where: Readonly<Record<string, Condition>>, name?: string): Rule {
  return {
    // For who reads it: to print all of them would be most of the time of a first run.
    get name(): string {
      return name ?? `${from} = ${to}`;
    },
    from,
    to,
    where,
    lowers: to.size < from.size ? "nodes" : countOperations(to) < countOperations(from) ? "operations" : undefined,
  };
}

const conditions: readonly Condition[] = ["positive", "nonnegative", "nonzero", "integer", "natural", "constant"];
