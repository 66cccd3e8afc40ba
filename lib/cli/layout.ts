import { Script } from "node:vm";
import { FluxionError } from "../expression/error.ts";

/**
 * The picture of a graph in the language of Graphviz, as SVG. Throws `too-long` where Graphviz needs longer than
 * `milliseconds`, or more memory than there is.
 */
export async function layOut(dot: string, milliseconds = 30_000): Promise<string> {
  // Not before it is needed: the other commands start without a megabyte of WebAssembly.
  const { instance } = await import("@viz-js/viz");
  const graphviz = await instance();
  // Without limits, a hundred long edges to one node take minutes.
  const limits = { nslimit: 1, nslimit1: 1 };
  const draw = (): string => graphviz.renderString(dot, { format: "svg", graphAttributes: limits });
  try {
    // A script has a time limit, WebAssembly that it calls included.
    const svg: unknown = new Script("draw()").runInNewContext({ draw }, { timeout: milliseconds });
    return withCentredLines(withoutProlog(String(svg))).trimEnd();
  } catch (error) {
    const reason = isTimeout(error) ? `takes longer than ${milliseconds / 1000} seconds` : `fails: ${String(error)}`;
    throw new FluxionError(
      "too-long",
      `the graph is too large for a picture, its layout ${reason}; --repeat-leaves makes it easier, and without --svg there is no limit of time`,
    );
  }
}

// The error is one of the other context: no instance of the class that we know by that name.
const isTimeout = (error: unknown): boolean =>
  typeof error === "object" && error !== null && "code" in error && error.code === "ERR_SCRIPT_EXECUTION_TIMEOUT";

// A page that holds the picture has no use for the declaration of XML, the document type and the comment before it.
const withoutProlog = (svg: string): string => svg.slice(svg.indexOf("<svg"));

// Graphviz begins lines with markup where they would be in the middle if the font were its own, of which it knows the
// widths. In another font they are off; so the middle of the box is said instead.
const withCentredLines = (svg: string): string =>
  svg.replaceAll(/<g id="node\d+" class="node">.*?<\/g>/gs, node => {
    const [, outline = ""] = /<(?:polygon|path)[^>]* (?:points|d)="([^"]*)"/.exec(node) ?? [];
    const xs = [...outline.matchAll(/(-?[\d.]+),-?[\d.]+/g)].map(([, x]) => Number(x));
    if (xs.length === 0) return node;
    const middle = ((Math.min(...xs) + Math.max(...xs)) / 2).toFixed(2);
    return node.replaceAll(/text-anchor="start" x="[^"]*"/g, `text-anchor="middle" x="${middle}"`);
  });
