import type { Definitions } from "../expression/definition.ts";
import { asExpr, type Expr, type Variable } from "../expression/expression.ts";
import { topologicalOrder } from "../expression/fold.ts";
import { writtenName } from "../expression/names.ts";
import { adjointsIn } from "./definitions.ts";
import { marked, type Page } from "./dot-page.ts";

/** What a list is drawn with. */
export interface BoxOptions {
  readonly extents?: Readonly<Record<string, number>>;
  readonly adjoints?: Readonly<Record<string, string>>;
}

/** Draws one box a definition and one an array that is read, with arrows for values and for adjoints. */
export function drawBoxes(page: Page, definitions: Definitions, { extents = {}, adjoints }: BoxOptions): void {
  const readings = new Map(definitions.map(({ name, expression }) => [name, readingsIn(asExpr(expression))]));
  const boxes = boxesOf(definitions, readings, adjointsIn(definitions, adjoints));
  const ids = new Map([...boxes.keys()].map(name => [name, page.id()]));
  for (const [name, box] of boxes) {
    const shape = shapeText(box.axes, extents);
    const lines = [
      `<B>${marked(writtenName(name) + axesText(box.axes))}</B>`,
      ...(shape === "" ? [] : [`<FONT POINT-SIZE="10" COLOR="#59636e">${marked(shape)}</FONT>`]),
      ...box.adjoints.map(one => `<FONT POINT-SIZE="11" COLOR="${backward}">${marked(one)}</FONT>`),
    ];
    page.line(`  ${ids.get(name)} [label=<${lines.join("<BR/>")}>, ${box.isInput ? looks.input : looks.definition}]`);
  }
  for (const { from, to, isAdjoint } of arrowsOf(boxes, readings)) {
    const look = isAdjoint ? ` [color="${backward}", style=dashed, constraint=false]` : "";
    page.line(`  ${ids.get(from)} -> ${ids.get(to)}${look}`);
  }
}

// A red that is readable on white, on black and in the boxes.
const backward = "#c2410c";

const looks = {
  definition: `shape=box, style="filled,rounded", margin="0.2,0.1", fillcolor="#dbeafe", color="#5b8def"`,
  input: `shape=box, style="filled", margin="0.2,0.1", fillcolor="#fdf0d5", color="#cf9a3c"`,
} as const;

interface Box {
  readonly isInput: boolean;
  /** The name of the index of each axis; undefined where it is read under none. */
  readonly axes: readonly (string | undefined)[];
  /** Readings of its adjoints, and the names of these. */
  readonly adjoints: string[];
  readonly adjointNames: string[];
}

function boxesOf(
  definitions: Definitions,
  readings: ReadonlyMap<string, readonly Variable[]>,
  adjoints: ReadonlyMap<string, string>,
): ReadonlyMap<string, Box> {
  const boxes = new Map<string, Box>();
  const defined = new Set(definitions.map(({ name }) => name));
  const add = (name: string, isInput: boolean, axes: readonly (string | undefined)[]): void => {
    if (!boxes.has(name)) boxes.set(name, { isInput, axes, adjoints: [], adjointNames: [] });
  };
  for (const { name, axes } of definitions) {
    for (const read of readings.get(name) ?? []) {
      if (!defined.has(read.name) && !adjoints.has(read.name))
        add(
          read.name,
          true,
          read.indices.map(index => index.name),
        );
    }
    if (!adjoints.has(name)) add(name, false, axes);
  }
  for (const [name, of] of adjoints) {
    const axes = definitions.find(each => each.name === name)?.axes;
    const box = boxes.get(of);
    if (box === undefined) add(name, axes === undefined, axes ?? []);
    else {
      box.adjointNames.push(name);
      box.adjoints.push(`${writtenName(name)}${axesText(axes ?? box.axes)}`);
    }
  }
  return boxes;
}

interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly isAdjoint: boolean;
}

// An adjoint that reads no other comes from what its array is used by: the root, whose own adjoint is 1.
function arrowsOf(
  boxes: ReadonlyMap<string, Box>,
  readings: ReadonlyMap<string, readonly Variable[]>,
): readonly Arrow[] {
  const boxOf = new Map<string, string>();
  for (const [name, { adjointNames }] of boxes) for (const each of [name, ...adjointNames]) boxOf.set(each, name);
  const isAdjoint = (name: string): boolean => !boxes.has(name);
  const arrows = new Map<string, Arrow>();
  const draw = (from: string | undefined, to: string | undefined, isAdjoint: boolean): void => {
    if (from === undefined || to === undefined || (from === to && isAdjoint)) return;
    arrows.set(JSON.stringify([from, to, isAdjoint]), { from, to, isAdjoint });
  };
  for (const [name, read] of readings) {
    const to = boxOf.get(name);
    const sources = new Set(read.map(each => each.name));
    if (!isAdjoint(name)) for (const source of sources) draw(boxOf.get(source), to, isAdjoint(source));
    else {
      const adjoints = [...sources].filter(source => boxOf.has(source) && isAdjoint(source));
      for (const source of adjoints) draw(boxOf.get(source), to, true);
      if (adjoints.length > 0) continue;
      for (const [user, its] of readings) {
        if (!isAdjoint(user) && its.some(each => each.name === to)) draw(user, to, true);
      }
    }
  }
  return [...arrows.values()];
}

// In the order in which they were made, which is that of the formula: the text depends on nothing else.
const readingsIn = (root: Expr): readonly Variable[] =>
  topologicalOrder(root).filter((node): node is Variable => node.kind === "variable");

const axesText = (axes: readonly (string | undefined)[]): string =>
  axes.length === 0 ? "" : `[${axes.map(axis => (axis === undefined ? "…" : writtenName(axis))).join(",")}]`;

// As names where no number is known of any; nothing is said twice.
function shapeText(axes: readonly (string | undefined)[], extents: Readonly<Record<string, number>>): string {
  const numbers = axes.map(axis => (axis !== undefined && Object.hasOwn(extents, axis) ? extents[axis] : undefined));
  if (axes.length === 0 || axes.includes(undefined)) return "";
  return numbers.map((number, i) => String(number ?? axes[i])).join(" × ");
}
