import type { Operator } from "../../expression/expression.ts";
import { fold } from "../../expression/fold.ts";
import { pow, precedence } from "../../expression/functions.ts";
import { separated } from "../rope.ts";
import { joined, type Spelling, type Text, textAlgebra } from "../text-algebra.ts";
import { foldForm, isScalar, type MatrixForm } from "./form.ts";

/** Matrix algebra as text: `x^T a`, `A ∘ B`, `diag(v)^-1 A`. */
export function matrixText(root: MatrixForm, spell: Spelling): Text {
  const algebra = textAlgebra({ parentheses: "minimal", einsum: false }, spell);
  return foldForm<Piece>(root, (form, parts) => {
    const [x = nothing, y = nothing] = parts;
    switch (form.kind) {
      case "scalar":
        return fold(form.expression, algebra);
      case "array":
        return joined([spell(form.name)]);
      case "ones":
        return joined(["1"]);
      case "identity":
        return joined(["I"]);
      case "transpose":
        return joined([tight(x), "^T"], raised);
      case "product":
        return joined(separated(parts.map(tight), " "), side);
      case "hadamard":
        return isScalar(form) ? scalars(parts) : elementwise(parts);
      case "scaled":
        return scalars([...parts.slice(1), x]);
      case "reciprocal":
        return { ...joined([isScalar(form) ? "1 / " : "1 ⊘ ", loose(x)], side), under: x };
      case "diag":
        return x.under === undefined ? named("diag", x) : joined([named("diag", x.under), "^-1"], raised);
      case "diagonal":
        return named("diag", x);
      case "trace":
        return named("tr", x);
      case "squaredNorm":
        return joined(["‖", x, "‖²"], raised);
      case "reduced":
        return named(`${shortNames[form.operation]}${isScalar(form) ? "" : "_rows"}`, x);
      case "call":
        return form.node.fn === pow && !isScalar(form)
          ? joined([tight(x), "^∘", tight(y)], raised)
          : algebra.call(form.node, parts);
    }
  });
}

/** A text; of a reciprocal, also what it is the reciprocal of. */
type Piece = Text & { readonly under?: Text };

const nothing: Piece = joined([""]);

// Binds as a product does, on either side of which a product needs parentheses.
const side: Operator = { symbol: " ", position: "infix", precedence: precedence.multiplicative, associative: "none" };
const raised: Operator = { symbol: "^", position: "postfix", precedence: precedence.postfix };

const enclosed = (text: Text, least: number): Text =>
  text.operator !== undefined && text.operator.precedence < least ? joined(["(", text, ")"]) : text;

const tight = (text: Text): Text => enclosed(text, precedence.postfix);
const loose = (text: Text): Text => enclosed(text, precedence.multiplicative + 1);

const named = (name: string, x: Text): Text => joined([`${name}(`, x, ")"]);

const shortNames = { sum: "sum", maximum: "max", minimum: "min", logsumexp: "logsumexp" } as const;

// The first quotients last: a ∘ b ⊘ c.
function elementwise(parts: readonly Piece[]): Text {
  const above = parts.filter(({ under }) => under === undefined).map(loose);
  const below = parts.flatMap(({ under }) => (under === undefined ? [] : [" ⊘ ", loose(under)]));
  return joined([...(above.length === 0 ? ["1"] : separated(above, " ∘ ")), ...below], side);
}

// Scalars out front, and what they divide by last; a minus needs no 1.
function scalars(parts: readonly Piece[]): Text {
  const factors = parts.filter(({ under }) => under === undefined);
  const below = parts.flatMap(({ under }) => (under === undefined ? [] : [" / ", loose(under)]));
  const isSigned = factors[0] !== undefined && minusOne(factors[0]) && factors.length > 1;
  const above = (isSigned ? factors.slice(1) : factors).map((factor, i, { length }) =>
    i === length - 1
      ? enclosed(factor, precedence.multiplicative)
      : i === 0
        ? enclosed(factor, precedence.unary)
        : loose(factor),
  );
  const text = above.flatMap((factor, i) => (i === 0 ? [factor] : [beginsWithDigit(factor) ? " * " : " ", factor]));
  return joined([isSigned ? "-" : "", ...(above.length === 0 ? ["1"] : text), ...below], side);
}

const minusOne = (text: Text): boolean => text.length === 2 && text.parts.join("") === "-1";

const beginsWithDigit = (text: Text): boolean => {
  let part: Text["parts"][number] | undefined = text;
  while (typeof part === "object") part = part.parts.find(each => each.length > 0);
  return part !== undefined && /^\d/.test(part);
};
