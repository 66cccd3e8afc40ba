import { FluxionError } from "../../expression/error.ts";
import {
  asExpr,
  type Call,
  type Expr,
  type FunctionRow,
  type Helper,
  type Language,
  type NativeForm,
  variable,
} from "../../expression/expression.ts";
import { topologicalOrder } from "../../expression/fold.ts";

/** A function that has to be defined: by its text, or as a row, by its expansion. */
export type Defined = Helper | FunctionRow;

/** How a call is written. Throws `unsupported` where the row does not say. */
export function formOf({ fn, args }: Call, language: Language): NativeForm | FunctionRow {
  const spelling = fn.languages?.[language];
  if (spelling !== undefined) return typeof spelling === "function" ? spelling(...args) : spelling;
  if (fn.expansion !== undefined || fn.arity === 0) return fn;
  throw new FluxionError(
    "unsupported",
    `the function ${fn.name} does not say how it is written in ${language}; give it a column languages, or an expansion`,
  );
}

/** True of a form that is called by a name of its own. */
export const isDefined = (form: NativeForm | FunctionRow): form is Defined =>
  typeof form !== "string" && ("evaluate" in form || "body" in form);

export const isHelper = (form: Defined): form is Helper => "body" in form;

/** The names of the arguments of a row, and what it is in terms of other rows. */
export function expansionOf(row: FunctionRow): { readonly parameters: readonly string[]; readonly expression: Expr } {
  const parameters = Array.from({ length: row.arity }, (_, i) =>
    row.arity > 3 ? `x${i + 1}` : (["x", "y", "z"][i] ?? ""),
  );
  return {
    parameters,
    expression: asExpr(row.expansion?.(...parameters.map(name => variable(name))) ?? row.evaluate()),
  };
}

/** All that `roots` need to have defined, each after what it needs itself; texts before rows where there is a choice. */
export function definitionsIn(roots: readonly Expr[], language: Language): readonly Defined[] {
  const order: Defined[] = [];
  const opened = new Set<Defined>();
  const done = new Set<Defined>();
  const pending = [...calledIn(roots, language)].reverse();
  for (let next = pending.at(-1); next !== undefined; next = pending.at(-1)) {
    if (opened.has(next)) {
      pending.pop();
      if (!done.has(next)) order.push(next);
      done.add(next);
    } else {
      opened.add(next);
      const needed = isHelper(next) ? (next.needs ?? []) : calledIn([expansionOf(next).expression], language);
      for (const definition of needed) if (!opened.has(definition)) pending.push(definition);
    }
  }
  return order;
}

function calledIn(roots: readonly Expr[], language: Language): readonly Defined[] {
  const found = new Set<Defined>();
  for (const node of topologicalOrder(...roots)) {
    if (node.kind !== "call" || node.args.length === 0) continue;
    const form = formOf(node, language);
    if (isDefined(form)) found.add(form);
  }
  return [...found];
}
