import { FluxionError } from "../expression/error.ts";
import {
  asExpr,
  type Condition,
  describe,
  type Expr,
  excerpt,
  type FunctionRow,
  type Identity,
  type Operand,
  variable,
} from "../expression/expression.ts";
import { countOperations, freeVariables, topologicalOrder } from "../expression/fold.ts";
import { functions } from "../expression/functions.ts";
import { once } from "./once.ts";

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
 * A rule for `simplify(e, { rules })`; `checkRule` of fluxion/testing tries it. Throws `bad-option` where the right side or
 * a condition has a letter that the left side has not, or the condition is none; `not-scalar` for sides with indices.
 */
export function defineRule(definition: RuleDefinition): Rule {
  if (typeof definition !== "object" || definition === null) {
    throw new FluxionError("bad-option", `a rule is defined by an object { from, to }, got ${describe(definition)}`);
  }
  const { name, from, to, where = {} } = definition;
  if (name !== undefined && typeof name !== "string") {
    throw new FluxionError("bad-option", `the name of a rule is a text, got ${describe(name)}`);
  }
  if (typeof where !== "object" || where === null) {
    throw new FluxionError("bad-option", `where is an object such as { x: "positive" }, got ${describe(where)}`);
  }
  const [left, right] = [asExpr(from), asExpr(to)];
  for (const side of [left, right]) checkScalar(side);
  const letters = new Set(freeVariables(left));
  for (const letter of [...freeVariables(right), ...Object.keys(where)]) {
    if (!letters.has(letter))
      throw new FluxionError("bad-option", `${letter} is no letter of the left side ${excerpt(left)}`);
  }
  for (const [letter, condition] of Object.entries(where)) {
    if (!conditions.includes(condition)) {
      throw new FluxionError("bad-option", `${letter} may be ${conditions.join(", ")}, not ${describe(condition)}`);
    }
  }
  return rule(left, right, where, name);
}

/** The rules of `simplify`: the identities of the table. */
export const tableRules: () => readonly Rule[] = once(() => [...functions.values()].flatMap(rulesOf));

/** The identities of a row as rules: those that a function of one's own brings along. */
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

// A letter stands for an expression whatever its indices are: what is put under a sum could be captured.
function checkScalar(side: Expr): void {
  const indexed = topologicalOrder(side).find(
    node =>
      node.kind !== "constant" && node.kind !== "call" && !(node.kind === "variable" && node.indices.length === 0),
  );
  if (indexed === undefined) return;
  throw new FluxionError(
    "not-scalar",
    `the sides of a rule have no indices, as ${excerpt(indexed)} has in ${excerpt(side)}`,
  );
}

function rule(from: Expr, to: Expr, where: Readonly<Record<string, Condition>>, name?: string): Rule {
  return Object.freeze({
    // For who reads them: to work them out for all rules would be most of the time of a first run.
    get name(): string {
      return name ?? `${from} = ${to}`;
    },
    from,
    to,
    where: Object.freeze({ ...where }),
    get lowers(): Rule["lowers"] {
      if (to.size < from.size) return "nodes";
      return countOperations(to) < countOperations(from) ? "operations" : undefined;
    },
  });
}

const conditions: readonly Condition[] = ["positive", "nonnegative", "nonzero", "integer", "natural", "constant"];
