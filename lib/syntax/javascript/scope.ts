import type { Expr } from "../../expression/expression.ts";
import type { Place, Value } from "./source.ts";

/** The names of a block, within those of the blocks around it. A name counts in all of its block, even above its line. */
export interface Scope {
  readonly names: Map<string, Binding>;
  readonly outer: Scope | undefined;
}

/** What a name stands for, from a place on; above it, it may not be read. */
export interface Binding {
  readonly from: number;
  value: Value | undefined;
}

/** The scope of the parameters, within that of the function's own name, which has no value. */
export const newScope = (parameters: ReadonlyMap<string, Expr>, ownName?: string): Scope => ({
  names: new Map(
    [...parameters].map(([name, expression]) => [name, { from: 0, value: { type: "number", expression } }]),
  ),
  outer: ownName === undefined ? undefined : innerScope(undefined, [{ name: ownName, at: nowhere }]),
});

/** A block, with the names that its lines declare: each may be read behind its declaration. */
export const innerScope = (
  outer: Scope | undefined,
  declared: readonly { readonly name: string; readonly at: Place }[],
): Scope => ({
  names: new Map(declared.map(({ name, at }) => [name, { from: at.end, value: undefined }])),
  outer,
});

/** What `name` stands for in the innermost block that declares it. */
export function bindingOf(scope: Scope, name: string): Binding | undefined {
  for (let within: Scope | undefined = scope; within !== undefined; within = within.outer) {
    const found = within.names.get(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The names that can be read. */
export function* namesIn(scope: Scope): Generator<string, void> {
  for (let within: Scope | undefined = scope; within !== undefined; within = within.outer) yield* within.names.keys();
}

const nowhere: Place = { start: Number.POSITIVE_INFINITY, end: Number.POSITIVE_INFINITY };
