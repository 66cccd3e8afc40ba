import { type Layout, within } from "./latex-layout.ts";
import { type Rope, rope, separated } from "./rope.ts";

/** A line: what stands on the left of the equals sign, if anything, and on its right. */
export interface Row {
  readonly left?: Rope;
  readonly right: Layout;
}

/** One line stands by itself; of several, the equals signs stand below each other. */
export function aligned(rows: readonly Row[]): Rope {
  const [first] = rows;
  const line = ({ left, right }: Row, equals: string): Rope =>
    left === undefined ? rope([right.text]) : rope([left, equals, within(right).text]);
  if (first === undefined) return rope([]);
  if (rows.length === 1) return line(first, " = ");
  const lines = rows.map(row => (row.left === undefined ? rope(["& ", line(row, "")]) : line(row, " &= ")));
  return rope(["\\begin{aligned}\n", ...separated(lines, " \\\\\n"), "\n\\end{aligned}"]);
}
