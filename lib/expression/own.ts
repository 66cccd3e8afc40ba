import { FluxionError } from "./error.ts";

/** What tells functions apart: their names to a reader, and to us that they are one object. */
interface Named {
  readonly name: string;
}

/** What functions of the user's own are within. */
interface Owning<R> {
  readonly ownFunctions: readonly R[];
}

/**
 * The functions of the user's own in an expression: those of its arguments, and `fn`, if it is none of the table. Throws `ambiguous-function` where two functions have one name: what is printed could not be
 * read back, and what is ordered by names would have no order.
 */
export function ownFunctionsIn<R extends Named>(args: readonly Owning<R>[], fn?: R): readonly R[] {
  let joined: readonly R[] = fn === undefined || table.get(fn.name) === fn ? none : ownList(fn);
  for (let i = 0; i < args.length; i++) {
    const ownFunctions = args[i]?.ownFunctions ?? none;
    // Nearly all lists are empty, or the list of a neighbour.
    if (ownFunctions === joined || ownFunctions.length === 0) continue;
    joined = joined.length === 0 ? ownFunctions : union(joined, ownFunctions);
  }
  return joined;
}

/** Throws `ambiguous-function` for a function of the user's own that has the name of one of the table. */
export function checkOwnName(fn: Named): void {
  const found = table.get(fn.name);
  if (found !== undefined && found !== fn) {
    throw new FluxionError(
      "ambiguous-function",
      `${fn.name} is a function of the table already; give a function of your own another name`,
    );
  }
}

/** Functions of the user's own by name. Throws `ambiguous-function` as `ownFunctionsIn` does. */
export function ownByName<R extends Named>(functions: readonly R[]): ReadonlyMap<string, R> {
  const byName = new Map<string, R>();
  for (const fn of functions) {
    checkOwnName(fn);
    if ((byName.get(fn.name) ?? fn) !== fn) throw sameName(fn.name);
    byName.set(fn.name, fn);
  }
  return byName;
}

const sameName = (name: string): FluxionError =>
  new FluxionError(
    "ambiguous-function",
    `two different functions are called ${name}; within one expression a name stands for one function`,
  );

/** Makes a row one of the table. Only the table itself does this. */
export function enterTable(row: Named): void {
  table.set(row.name, row);
}

function ownList<R extends Named>(fn: R): readonly R[] {
  const known = lists.get(fn);
  // A list is only ever stored under its one element.
  if (known !== undefined) return known as readonly R[];
  checkOwnName(fn);
  const list = Object.freeze([fn]);
  lists.set(fn, list);
  return list;
}

function union<R extends Named>(a: readonly R[], b: readonly R[]): readonly R[] {
  const missing = b.filter(fn => {
    const namesake = a.find(({ name }) => name === fn.name);
    if (namesake !== undefined && namesake !== fn) throw sameName(fn.name);
    return namesake === undefined;
  });
  return missing.length === 0 ? a : Object.freeze([...a, ...missing]);
}

const none: readonly never[] = Object.freeze([]);
const table = new Map<string, Named>();
const lists = new WeakMap<Named, readonly Named[]>();
