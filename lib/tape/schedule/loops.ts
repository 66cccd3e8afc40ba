import { FluxionError } from "../../expression/error.ts";
import { type Filling, plainAxes, readingsOfComputed } from "./filling.ts";
import { loopOrder } from "./layout.ts";

/** Loops and what they hold, in order. */
export type Block = LoopBlock | FillBlock;

export interface LoopBlock {
  readonly kind: "loop";
  readonly index: string;
  readonly body: readonly Block[];
  /** What accumulates over this loop, and over none further out. */
  readonly accumulates: readonly Filling[];
}

export interface FillBlock {
  readonly kind: "fill";
  readonly filling: Filling;
}

/**
 * Fillings, each after those that it reads, as loops: one loop for as many as can run over an index together, also for
 * parts of loops within a common outer one. A filling shares a loop with what it reads only if each turn of the loop reads
 * what that turn has filled. Inputs are changed last.
 */
export function groupLoops(fillings: readonly Filling[]): readonly Block[] {
  const [others, inPlace] = [fillings.filter(each => !each.isInPlace), fillings.filter(each => each.isInPlace)];
  const computed = new Set(others.map(({ name }) => name));
  const readings = readingsOfComputed(name => computed.has(name));
  const orders = new Map(fillings.map(filling => [filling, loopOrder(filling)]));
  const known = { orders, reads: (filling: Filling) => [filling.value, ...gathersOf(filling)].flatMap(readings) };
  return [...arrange(others, [], known), ...arrange(inPlace, [], known)];
}

const gathersOf = ({ at }: Filling): readonly Filling["value"][] =>
  at.flatMap(({ terms }) => terms.flatMap(({ of }) => (typeof of === "string" ? [] : [of])));

interface Knowledge {
  readonly orders: ReadonlyMap<Filling, readonly string[]>;
  readonly reads: (filling: Filling) => ReturnType<ReturnType<typeof readingsOfComputed>>;
}

/** Fillings that share a loop over `index`, or statements in a row if there is none. */
interface Group {
  readonly index: string | undefined;
  readonly members: Filling[];
}

// A loop in a loop is as deep as a formula has indices.
const deepest = 100;

function arrange(members: readonly Filling[], bound: readonly string[], known: Knowledge): readonly Block[] {
  if (bound.length > deepest) {
    throw new FluxionError(
      "unsupported",
      `a formula that runs over more than ${deepest} indices at once is not scheduled`,
    );
  }
  return gather(members, bound, known).flatMap(({ index, members: group }): readonly Block[] => {
    if (index === undefined) return group.map(filling => ({ kind: "fill", filling }) as const);
    const accumulates = group.filter(
      ({ reduced }) => reduced.includes(index) && !reduced.some(name => bound.includes(name)),
    );
    return [{ kind: "loop", index, accumulates, body: arrange(group, [...bound, index], known) }];
  });
}

function gather(members: readonly Filling[], bound: readonly string[], known: Knowledge): readonly Group[] {
  const groups: Group[] = [];
  const places = new Map<string, { readonly place: number; readonly filling: Filling }>();
  const byIndex = new Map<string | undefined, number[]>();

  for (const filling of members) {
    const order = (known.orders.get(filling) ?? []).filter(name => !bound.includes(name));
    const place = placeFor(filling, order) ?? open(order[0], filling.product !== undefined);
    groups[place]?.members.push(filling);
    // What several add to is complete after the last of them.
    if ((places.get(filling.name)?.place ?? place) <= place) places.set(filling.name, { place, filling });
  }
  return groups;

  // Nothing joins a matrix product.
  function open(index: string | undefined, isProduct: boolean): number {
    groups.push({ index: isProduct ? undefined : index, members: [] });
    const place = groups.length - 1;
    const others = byIndex.get(index);
    if (isProduct) return place;
    if (others === undefined) byIndex.set(index, [place]);
    else others.push(place);
    return place;
  }

  /** The group that holds most of what the filling reads, of those that it may join; the last of equals. */
  function placeFor(filling: Filling, order: readonly string[]): number | undefined {
    if (filling.product !== undefined) return undefined;
    const sources = known.reads(filling).flatMap(read => {
      const source = places.get(read.name);
      return source === undefined ? [] : [{ ...source, read }];
    });
    const first = Math.max(0, ...sources.map(({ place }) => place));
    const held = sources.filter(({ place }) => place === first);
    // A long stride inside costs more than a loop of its own, and to share a loop with strangers gains nothing.
    const joinable = order.length < 2 ? (order.length === 0 ? [undefined] : order) : order.slice(0, -1);
    let last: number | undefined;
    for (const index of joinable) {
      for (const place of (byIndex.get(index) ?? []).filter(each => each >= first)) {
        const isTogether = place > first || held.every(each => sharesTurn(each, index) && !isReadAtOnce(each.filling));
        if (!isTogether) continue;
        if (place === first && held.length > 0) return place;
        if (index === order[0]) last = Math.max(last ?? place, place);
      }
    }
    return last;
  }

  // In the last of its loops there is nothing between what is written and what is read.
  function isReadAtOnce(source: Filling): boolean {
    const order = known.orders.get(source) ?? [];
    return source.isReadLater === true && order.length <= bound.length + 1;
  }
}

/** A filling, and how it is read. */
interface Source {
  readonly filling: Filling;
  readonly read: { readonly indices: Filling["at"] };
}

// Whether a turn of the loop reads only what the same turn has filled.
function sharesTurn({ filling, read }: Source, index: string | undefined): boolean {
  if (index === undefined) return true;
  if (filling.reduced.includes(index)) return false;
  const axis = plainAxes(filling).indexOf(index);
  return axis >= 0 && read.indices[axis]?.name === index;
}
