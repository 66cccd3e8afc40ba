import type { Definition, Definitions } from "../expression/definition.ts";
import { FluxionError } from "../expression/error.ts";
import { asExpr, type Call, type Expr, isExpr, type Operand } from "../expression/expression.ts";
import { type Algebra, fold } from "../expression/fold.ts";
import { writtenName } from "../expression/names.ts";
import { drawBoxes } from "./dot-boxes.ts";
import { newPage, type Page, preamble, quoted } from "./dot-page.ts";
import { toString as textOf } from "./text.ts";

/** How a graph is drawn. */
export interface DotOptions {
  /**
   * Constants and variables stand `"once"`, as the engine holds them, or at `"each use"`, which needs fewer long lines where
   * one of them is used all over a formula. What has arguments is drawn once in either case.
   */
  readonly leaves?: "once" | "each use";
  /** Of a list: draws what each definition is made of, instead of one box for it. */
  readonly inside?: boolean;
  /** Of a list: how many values indices take, for the shapes in the boxes. */
  readonly extents?: Readonly<Record<string, number>>;
  /** Which definitions of a list are adjoints, and of what: `{ dW: "W" }`. By their names unless said. */
  readonly adjoints?: Readonly<Record<string, string>>;
  /** The largest number of characters; a million where it is not given. */
  readonly maxLength?: number;
}

/**
 * The graph of an expression or of a definition, in the language of Graphviz. Each distinct node is drawn once, so that sharing
 * is seen, with an edge to each argument in their order. Where that order matters, the edges are numbered; those of a choice
 * say `if`, `then` and `else`. Dashed edges lead from a reading to the readings within its brackets.
 *
 * Of a list, each definition is one box with its name, axes and shape, and so is each array that the list reads; arrows go the
 * way that values go. The adjoints in the list stand in the boxes of what they are the adjoints of, and arrows in another
 * colour, backwards, lead from adjoint to adjoint. With `inside`, each definition is drawn as what it is made of, in a box of
 * its own, and dashed edges lead from a reading to the definition that it reads.
 *
 * Equal structures give equal texts. Throws `too-long` above `maxLength` characters.
 */
export function toDot(what: Operand | Definition | Definitions, options: DotOptions = {}): string {
  const { leaves, maxLength } = checked(options);
  const page = newPage(maxLength);
  page.line("digraph expression {");
  for (const line of preamble) page.line(`  ${line}`);
  if (isList(what) && options.inside !== true) drawBoxes(page, what, options);
  else if (isList(what)) drawDefinitions(page, what, leaves);
  else if (isDefinition(what)) drawDefinitions(page, [what], leaves);
  else drawGraph(page, asExpr(what), leaves, "  ");
  page.line("}");
  return page.text();
}

/** What the sorts of nodes look like: they differ in shape as well as in colour. */
const looks = {
  operator: `shape=circle, margin=0.02, fontsize=16, fillcolor="#dbeafe", color="#5b8def"`,
  function: `shape=box, style="filled,rounded", fillcolor="#dcf2e3", color="#4a9d6b"`,
  reduction: `shape=box, style="filled,rounded", fillcolor="#ece4fa", color="#8b6fd0"`,
  variable: `shape=ellipse, fillcolor="#fdf0d5", color="#cf9a3c"`,
  constant: `shape=box, fillcolor="#eef0f2", color="#a3abb4"`,
} as const;

type Look = keyof typeof looks;

/** The graph of one root: the name of its node, and of those that read arrays. */
interface Drawn {
  readonly root: string;
  readonly readings: readonly { readonly id: string; readonly array: string }[];
}

function drawGraph(page: Page, root: Expr, leaves: "once" | "each use", indent: string): Drawn {
  const readings: { id: string; array: string }[] = [];
  const drawn = (look: Look, label: string): string => {
    const id = page.id();
    page.line(`${indent}${id} [label=${quoted(label)}, ${looks[look]}]`);
    return id;
  };
  const leaf = (draw: () => string): Place => {
    if (leaves === "each use") return draw;
    const id = draw();
    return () => id;
  };
  const above = (id: string, args: readonly Place[], edges: (position: number) => string = () => ""): Place => {
    for (const [position, place] of args.entries()) page.line(`${indent}${id} -> ${place()}${edges(position)}`);
    return () => id;
  };
  const algebra: Algebra<Place> = {
    constant: node => leaf(() => drawn("constant", textOf(node))),
    variable(node, gathers) {
      const draw = (): string => {
        const id = drawn("variable", node.size > 20 ? `${writtenName(node.name)}[…]` : textOf(node));
        readings.push({ id, array: node.name });
        return id;
      };
      return gathers.length === 0 ? leaf(draw) : above(draw(), gathers, () => " [style=dashed]");
    },
    call(node, args) {
      if (args.length === 0) return leaf(() => drawn("constant", node.fn.name));
      return above(drawn(node.fn.operator === undefined ? "function" : "operator", labelOf(node)), args, edgesOf(node));
    },
    reduction: ({ operation, index }, body) =>
      above(drawn("reduction", `${operation} over ${writtenName(index)}`), [body]),
    delta: (node, gathers) =>
      above(drawn("function", node.size > 20 ? "delta(…)" : textOf(node)), gathers, () => " [style=dashed]"),
    extent: node => leaf(() => drawn("constant", textOf(node))),
  };
  return { root: fold(root, algebra)(), readings };
}

/** Where an edge to a node ends. A leaf that stands at each use is drawn by the asking. */
type Place = () => string;

function drawDefinitions(page: Page, definitions: Definitions, leaves: "once" | "each use"): void {
  const known = new Map<string, { readonly root: string; readonly box: string }>();
  const links: string[] = [];
  for (const [position, { name, axes, expression }] of definitions.entries()) {
    const box = `cluster_${position + 1}`;
    const axesText = axes.length === 0 ? "" : `[${axes.map(writtenName).join(",")}]`;
    page.line(`  subgraph ${box} {`);
    page.line(`    label=${quoted(`${writtenName(name)}${axesText} =`)}`);
    const { root, readings } = drawGraph(page, asExpr(expression), leaves, "    ");
    page.line("  }");
    for (const { id, array } of readings) {
      const read = known.get(array);
      if (read !== undefined) links.push(`  ${id} -> ${read.root} [style=dashed, lhead=${read.box}]`);
    }
    known.set(name, { root, box });
  }
  for (const link of links) page.line(link);
}

const labelOf = ({ fn: { name, operator } }: Call): string =>
  operator === undefined ? name : operator.position === "ternary" ? `${operator.symbol} :` : operator.symbol;

function edgesOf({ fn, args }: Call): (position: number) => string {
  if (fn.operator?.position === "ternary")
    return position => ` [taillabel="${["if", "then", "else"][position] ?? ""}"]`;
  const isOrdered = fn.commutative !== true && new Set(args).size > 1;
  return isOrdered ? position => ` [taillabel="${position + 1}"]` : () => "";
}

const isList = (what: unknown): what is Definitions => Array.isArray(what);

const isDefinition = (what: unknown): what is Definition =>
  typeof what === "object" && what !== null && !isExpr(what) && "expression" in what;

function checked(options: DotOptions): Required<Pick<DotOptions, "leaves" | "maxLength">> {
  const { leaves = "once", maxLength = 1_000_000 } = options;
  if (leaves !== "once" && leaves !== "each use") {
    throw new FluxionError("bad-option", `leaves is "once" or "each use", got ${JSON.stringify(leaves)}`);
  }
  if (typeof maxLength !== "number" || !(maxLength >= 0)) {
    throw new FluxionError("bad-option", `maxLength is a number of characters, got ${String(maxLength)}`);
  }
  return { leaves, maxLength: Math.min(maxLength, 2 ** 29 - 24) };
}
