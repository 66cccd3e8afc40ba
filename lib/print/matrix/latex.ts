import { fold } from "../../expression/fold.ts";
import { pow } from "../../expression/functions.ts";
import { latexAlgebra } from "../latex-algebra.ts";
import { above, binding, type Layout, laidOut, operand, parenthesised, unsigned, within } from "../latex-layout.ts";
import type { Spellings } from "../latex-names.ts";
import { separated } from "../rope.ts";
import { foldForm, isScalar, type MatrixForm } from "./form.ts";

/** Matrix algebra as LaTeX: `x^{\top} a`, `A \circ B`, `\operatorname{diag}(v)^{-1} A`. Arrays are written as `named` says. */
export function matrixLatex(root: MatrixForm, spell: Spellings, named: (array: string) => Layout): Layout {
  const algebra = latexAlgebra(spell);
  return foldForm<Piece>(root, (form, parts) => {
    const [x = nothing, y = nothing] = parts;
    switch (form.kind) {
      case "scalar":
        return fold(form.expression, algebra);
      case "array":
        return named(form.name);
      case "ones":
        return laidOut(["\\mathbf{1}"]);
      case "identity":
        return laidOut(["I"]);
      case "transpose":
        return superscript(x, "\\top");
      case "product":
        return laidOut(
          separated(
            parts.map(part => factor(part).text),
            " ",
          ),
          {
            ...besides(parts),
            precedence: binding.multiplicative,
          },
        );
      case "hadamard":
        return isScalar(form) ? scalars(parts) : elementwise(parts);
      case "scaled":
        return scalars(parts.slice(1), x);
      case "reciprocal":
        return { ...(isScalar(form) ? fraction([], [x]) : elementwise([{ ...x, under: x }])), under: x };
      case "diag":
        return x.under === undefined ? operator("diag", x) : superscript(operator("diag", x.under), "-1");
      case "diagonal":
        return operator("diag", x);
      case "trace":
        return operator("tr", x);
      case "squaredNorm": {
        const [left, right] = x.isTall ? ["\\left\\lVert ", " \\right\\rVert"] : ["\\lVert ", " \\rVert"];
        const isMatrix = form.parts[0]?.columns !== undefined;
        return laidOut([left, within(x).text, right, isMatrix ? "_{F}^{2}" : "^{2}"], {
          precedence: binding.power,
          isTall: x.isTall,
        });
      }
      case "reduced":
        return isScalar(form)
          ? operator(shortNames[form.operation], x)
          : applied(`\\operatorname{${shortNames[form.operation]}}_{\\mathrm{rows}}`, [x]);
      case "call": {
        const { node } = form;
        if (isScalar(form) || typeof node.fn.latex !== "object" || "layout" in node.fn.latex) {
          if (node.fn !== pow || isScalar(form)) return algebra.call(node, parts);
          return superscript(x, "\\circ ", within(y).text);
        }
        // `e^{A}` and `|A|` are other things for a matrix.
        return applied(spell.fn(node.fn), parts);
      }
    }
  });
}

/** A layout; of a reciprocal, also what it is the reciprocal of. */
type Piece = Layout & { readonly under?: Layout };

const nothing: Piece = laidOut([]);

const factor = (piece: Layout): Layout => operand(piece, binding.application);

const loose = (piece: Layout): Layout => unsigned(operand(piece, above(binding.multiplicative)));

const besides = (parts: readonly Layout[]): Pick<Layout, "isTall"> => ({ isTall: parts.some(({ isTall }) => isTall) });

function superscript(piece: Layout, ...exponent: readonly (string | Layout["text"])[]): Layout {
  const base = operand(piece, above(binding.postfix));
  return laidOut([base.text, "^{", ...exponent, "}"], { precedence: binding.power, isTall: base.isTall });
}

const applied = (name: string, args: readonly Layout[]): Layout => {
  const list = laidOut(
    separated(
      args.map(argument => within(argument).text),
      ", ",
    ),
    besides(args),
  );
  return laidOut([name, parenthesised(list).text], besides(args));
};

const operator = (name: string, x: Layout): Layout => applied(`\\operatorname{${name}}`, [x]);

const shortNames = { sum: "sum", maximum: "max", minimum: "min", logsumexp: "logsumexp" } as const;

function elementwise(parts: readonly Piece[]): Layout {
  const over = parts.filter(({ under }) => under === undefined).map(part => loose(part).text);
  const below = parts.flatMap(({ under }) => (under === undefined ? [] : [" \\oslash ", loose(under).text]));
  return laidOut([...(over.length === 0 ? ["1"] : separated(over, " \\circ ")), ...below], {
    ...besides(parts),
    precedence: binding.multiplicative,
  });
}

// Scalars out front, as a fraction where some divide; a minus needs no 1.
function scalars(parts: readonly Piece[], of?: Piece): Layout {
  const below = parts.flatMap(({ under }) => (under === undefined ? [] : [under]));
  const front = parts.filter(({ under }) => under === undefined);
  const isSigned = front[0] !== undefined && minusOne(front[0]) && front.length + (of === undefined ? 0 : 1) > 1;
  const scale = isSigned ? front.slice(1) : front;
  const all = of === undefined ? scale : [...scale, of];
  const pieces =
    below.length === 0 ? inOrder(all) : [fraction(scale, below), ...(of === undefined ? [] : inOrder([of]))];
  const begins = isSigned ? "sign" : (pieces[0]?.begins ?? "symbol");
  return laidOut([isSigned ? "-" : "", ...sideBySide(pieces)], {
    ...besides(pieces),
    precedence: begins === "sign" ? binding.sign : binding.multiplicative,
    begins,
  });
}

// The first may begin with a sign, and the last be a product itself.
const inOrder = (pieces: readonly Layout[]): readonly Layout[] =>
  pieces.map((piece, i) =>
    i === pieces.length - 1 && (i > 0 || piece.begins !== "sign")
      ? operand(piece, binding.multiplicative)
      : i === 0 && piece.precedence >= binding.sign && piece.precedence < binding.multiplicative
        ? piece
        : loose(piece),
  );

const sideBySide = (pieces: readonly Layout[]): readonly Layout["text"][] =>
  pieces.flatMap((piece, i) => (i === 0 ? [piece.text] : [laidOut([between(pieces[i - 1], piece)]).text, piece.text]));

const between = (left: Layout | undefined, { begins }: Layout): string =>
  begins === "number" || left?.endsInWord === true ? " \\cdot " : " ";

function fraction(over: readonly Layout[], below: readonly Layout[]): Layout {
  const line = (pieces: readonly Layout[]): readonly (string | Layout["text"])[] => {
    const [only] = pieces;
    if (only === undefined) return ["1"];
    return pieces.length === 1 ? [within(only).text] : sideBySide(inOrder(pieces));
  };
  return laidOut(["\\frac{", ...line(over), "}{", ...line(below), "}"], {
    precedence: binding.fraction,
    begins: "numeric fraction",
    isTall: true,
  });
}

const minusOne = ({ text }: Layout): boolean => text.length === 2 && text.parts.join("") === "-1";
