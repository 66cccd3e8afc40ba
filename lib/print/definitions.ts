import type { Definition, Definitions } from "../expression/definition.ts";
import { isExpr, type Operand } from "../expression/expression.ts";
import { topologicalOrder } from "../expression/fold.ts";

/** What a printer takes. */
export type Printable = Operand | Definition | Definitions;

/** The definitions that are to be printed; undefined for what is to be an expression. */
export function definitionsOf(what: Printable): Definitions | undefined {
  if (isExpr(what) || typeof what !== "object" || what === null) return undefined;
  if (isList(what)) return what;
  return "expression" in what ? [what] : undefined;
}

/**
 * The names in a list that are adjoints, with the names of what they are the adjoints of: `dh` of `h`, where `h` is defined
 * or read somewhere in the list; primes that kept `dh'` apart from another name do not count. Where `given` has a name, it
 * decides.
 */
export function adjointsIn(
  definitions: Definitions,
  given: Readonly<Record<string, string>> = {},
): ReadonlyMap<string, string> {
  const known = new Set<string>();
  for (const node of topologicalOrder(...definitions.map(({ expression }) => expression))) {
    if (node.kind === "variable") known.add(node.name);
  }
  for (const { name } of definitions) known.add(name);
  const adjoints = new Map(Object.entries(given));
  for (const { name } of definitions) {
    const [, plain = ""] = /^d(.+?)'*$/su.exec(name) ?? [];
    const found = name.startsWith("d")
      ? [name.slice(1), plain].find(each => each !== "" && known.has(each))
      : undefined;
    if (found !== undefined && !adjoints.has(name)) adjoints.set(name, found);
  }
  return adjoints;
}

const isList = (what: object): what is Definitions => Array.isArray(what);
