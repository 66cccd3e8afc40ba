import { type Block, type Instruction, sourcesOf, type Value } from "../../block.ts";
import type { Cut } from "./cut.ts";

/** Instructions in a row that become one function: either a nest that is cut into slices, or what is between such. */
export interface Section {
  readonly block: Block;
  readonly cut: Cut | undefined;
  /** The cut before it, whose parts have to be put together. */
  readonly after: Cut | undefined;
  /** What it computes outside of all loops, and what of that kind it reads. */
  readonly makes: ReadonlySet<Value>;
  readonly reads: ReadonlySet<Value>;
}

/** A block in sections, and what one computes and another reads, each with a number. */
export function sectionsOf(
  block: Block,
  cuts: ReadonlyMap<Instruction, Cut>,
): { readonly sections: readonly Section[]; readonly crossing: ReadonlyMap<Value, number> } {
  const sections: Section[] = [];
  let rest: Instruction[] = [];
  let after: Cut | undefined;
  const close = (): void => {
    const isNeeded = after !== undefined && after.totals.length + after.copies.length > 0;
    if (rest.length > 0 || isNeeded) sections.push({ block: rest, cut: undefined, after, ...touchedBy(rest, after) });
    rest = [];
    after = undefined;
  };
  for (const each of block) {
    const cut = cuts.get(each);
    if (cut === undefined) {
      rest.push(each);
      continue;
    }
    close();
    sections.push({ block: [each], cut, after: undefined, ...touchedBy([each], undefined) });
    after = cut;
  }
  close();
  const crossing = new Map<Value, number>();
  for (const { makes, reads } of sections)
    for (const value of reads) if (!makes.has(value) && !crossing.has(value)) crossing.set(value, crossing.size);
  return { sections, crossing };
}

function touchedBy(block: Block, after: Cut | undefined): Pick<Section, "makes" | "reads"> {
  const makes = new Set<Value>();
  const reads = new Set<Value>(after?.totals.map(({ target }) => target));
  const pending = [...block];
  for (let each = pending.pop(); each !== undefined; each = pending.pop()) {
    const read = each.kind === "accumulate" ? [each.value, each.target] : sourcesOf(each);
    for (const source of read) if (typeof source !== "number" && source.level === 0) reads.add(source);
    if (each.kind === "loop") for (const inner of each.body) pending.push(inner);
    else if ("target" in each && each.kind !== "accumulate" && each.target.level === 0) makes.add(each.target);
  }
  return { makes, reads };
}
