import { FluxionError } from "../expression/error.ts";

/** The lines of a text in the language of Graphviz, as they are written. */
export interface Page {
  readonly line: (text: string) => void;
  /** A name that no node has yet. */
  readonly id: () => string;
  readonly text: () => string;
}

/** A label: Graphviz reads entities and backslashes in it. */
export const quoted = (text: string): string =>
  `"${drawable(text.replaceAll("&", "&amp;").replaceAll(/["\\]/g, "\\$&"))}"`;

/** A piece of a label with markup, where Graphviz reads entities and backslashes too. */
export const marked = (text: string): string =>
  drawable(text.replaceAll(/[&<>"\\]/g, character => entities[character] ?? character));

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\\": "\\\\",
};

// An SVG holds neither control characters nor halves of pairs.
const drawable = (text: string): string =>
  text
    .replaceAll(/\p{Cc}/gu, character => {
      const code = character.codePointAt(0) ?? 0;
      return code < 0x20 ? String.fromCodePoint(0x2400 + code) : "\ufffd";
    })
    .replaceAll(/[\p{Cs}\ufffe\uffff]/gu, "\ufffd");

/** An empty page; what is longer than `maxLength` is `too-long`. */
export function newPage(maxLength: number): Page {
  const lines: string[] = [];
  let length = -1;
  let nodes = 0;
  return {
    line(text) {
      lines.push(text);
      length += text.length + 1;
      if (length > maxLength) {
        throw new FluxionError(
          "too-long",
          `the graph takes more than maxLength, which is ${maxLength.toLocaleString("en-US")} characters; draw a part of the expression, or set maxLength`,
        );
      }
    },
    id: () => `n${++nodes}`,
    text: () => lines.join("\n"),
  };
}

/** Dark letters on pale fills, and lines of a middle grey, are readable on white and on black. */
export const grey = "#7d8590";
export const font = `fontname="Helvetica,Arial,sans-serif"`;
/** The looks of a graph, of its nodes and of its edges. */
export const preamble: readonly string[] = [
  `graph [bgcolor="transparent", ordering=out, compound=true, nodesep=0.3, ranksep=0.35, ${font}, fontsize=13, fontcolor="${grey}", color="${grey}", style="rounded,dashed"]`,
  `node [style=filled, ${font}, fontsize=13, fontcolor="#1f2328", width=0.4, height=0.35, margin="0.14,0.04"]`,
  `edge [color="${grey}", ${font}, fontsize=9, fontcolor="${grey}", arrowsize=0.6, labeldistance=1.4, labelangle=-30]`,
];
