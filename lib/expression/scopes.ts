import type { Expr } from "./expression.ts";
import type { Memo } from "./fold.ts";

/**
 * The bound indices around the node that is being visited, each at one of its positions, and the results that hold there:
 * the memo keeps a node's result with the innermost index that the node depends on, until that index moves on.
 */
export interface Scopes<R> {
  readonly memo: Memo<R>;
  /** Binds an index, which hides an outer one of the same name. It stands at 0. */
  enter(index: string): void;
  /** Moves the innermost index, and forgets what depends on it. */
  moveTo(position: number): void;
  /** Moves on to the next positions of all bound indices in row-major order: the innermost runs fastest. */
  advance(shape: readonly number[]): void;
  /** Unbinds the innermost index. */
  leave(): void;
  /** The position of the innermost index of this name, or undefined if none is bound. */
  positionOf(index: string): number | undefined;
}

/** No index is bound yet. */
export function openScopes<R>(): Scopes<R> {
  const outermost = new Map<Expr, R>();
  const scopes: Scope<R>[] = [];
  const depths = new Map<string, number[]>();

  function resultsFor(node: Expr): Map<Expr, R> {
    let innermost = -1;
    for (const name of node.freeIndices) innermost = Math.max(innermost, depths.get(name)?.at(-1) ?? -1);
    return scopes[innermost]?.results ?? outermost;
  }

  return {
    memo: {
      get: node => resultsFor(node).get(node),
      has: node => resultsFor(node).has(node),
      set: (node, result) => resultsFor(node).set(node, result),
    },
    enter(index) {
      const found = depths.get(index);
      if (found === undefined) depths.set(index, [scopes.length]);
      else found.push(scopes.length);
      scopes.push({ index, results: new Map(), position: 0 });
    },
    moveTo(position) {
      const scope = scopes.at(-1);
      if (scope !== undefined) move(scope, position);
    },
    advance(shape) {
      for (const [i, scope] of [...scopes.entries()].reverse()) {
        const isLast = scope.position + 1 === shape[i];
        move(scope, isLast ? 0 : scope.position + 1);
        if (!isLast) return;
      }
    },
    leave() {
      const scope = scopes.pop();
      if (scope !== undefined) depths.get(scope.index)?.pop();
    },
    positionOf: index => scopes[depths.get(index)?.at(-1) ?? -1]?.position,
  };
}

interface Scope<R> {
  readonly index: string;
  readonly results: Map<Expr, R>;
  position: number;
}

function move(scope: Scope<unknown>, position: number): void {
  scope.position = position;
  scope.results.clear();
}
