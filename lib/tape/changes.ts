import { FluxionError } from "../expression/error.ts";
import type { Nest, Statement } from "./tape.ts";

/**
 * What each loop changes: the arrays that are written in it and the accumulators that it adds to. Throws `unsupported` for
 * more loops within each other than back-ends can write.
 */
export function changesOf(nest: Nest): ReadonlyMap<Statement, ReadonlySet<string>> {
  const changes = new Map<Statement, Set<string>>();
  const pending: (readonly [statement: Statement, around: readonly Set<string>[]])[] = nest.map(each => [each, []]);
  for (let top = pending.pop(); top !== undefined; top = pending.pop()) {
    const [statement, around] = top;
    if (statement.kind === "loop") {
      if (around.length === deepestNest) {
        throw new FluxionError("unsupported", `more than ${deepestNest} loops within each other are not compiled`);
      }
      const own = new Set<string>();
      changes.set(statement, own);
      const inside = [...around, own];
      for (const each of statement.body) pending.push([each, inside]);
    } else {
      const name = changedBy(statement);
      if (name !== undefined) for (const set of around) set.add(name);
    }
  }
  return changes;
}

function changedBy(statement: Exclude<Statement, { kind: "loop" }>): string | undefined {
  switch (statement.kind) {
    case "store":
    case "clear":
      return arrayName(statement.array);
    case "accumulate":
      return localName(statement.local);
    case "start":
    case "let":
      return undefined;
  }
}

/** A local, as what is changed; an array may have its name. */
export const localName = (name: string): string => `local ${name}`;
/** An array, as what is changed. */
export const arrayName = (name: string): string => `array ${name}`;

/** What the parsers of JavaScript engines nest without running out of stack. */
const deepestNest = 250;
