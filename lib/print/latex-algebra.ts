import type { Call, Constant, Delta, Expr, Index, LatexForm, Operator, Reduction } from "../expression/expression.ts";
import type { Algebra } from "../expression/fold.ts";
import {
  above,
  binding,
  enclosed,
  type Layout,
  laidOut,
  operand,
  parenthesised,
  unsigned,
  within,
} from "./latex-layout.ts";
import { literal, type Spelling, type Spellings, symbols, textOf } from "./latex-names.ts";
import { type Rope, rope, separated } from "./rope.ts";

/** What each shape is in LaTeX, its names written as `spell` says. */
export const latexAlgebra = (spell: Spellings): Algebra<Layout> => ({
  constant: number,
  variable: ({ name, indices }, gathers) =>
    reading(spell.name(name), indexRopes(spell, indices, gathers), separatorOf(spell, indices)),
  call(node, args) {
    const { operator, latex } = node.fn;
    if (typeof latex === "object" && "layout" in latex) return arrangements[latex.layout](node, args);
    if (typeof latex === "object" && "write" in latex) return written(node, latex, args);
    return operator === undefined ? applied(node, spell.fn(node.fn), args) : operation(node, operator, args);
  },
  reduction: (node, body) => reduced(spell, node, body),
  delta: (node, gathers) => kronecker(spell, node, gathers),
  extent: ({ index }) => laidOut([`${symbols.extent}_{${textOf(spell.name(index))}}`]),
});

/** A name under indices. */
export function reading(spelling: Spelling, indices: readonly Rope[], separator: "," | " " = ","): Layout {
  const { stem, below, primes, isUpright } = spelling;
  const begins = isUpright ? "word" : "symbol";
  if (indices.length === 0) {
    // A prime is an exponent to TeX: braces let another one follow.
    return laidOut([primes === "" ? textOf(spelling) : `{${textOf(spelling)}}`], {
      begins,
      endsInWord: isUpright && below === "" && primes === "",
    });
  }
  const own = below === "" ? "" : `${below};`;
  return laidOut([primes === "" ? stem : `{${stem}${primes}}`, `_{${own}`, ...separated(indices, separator), "}"], {
    begins,
  });
}

function number({ value }: Constant): Layout {
  const [, digits = "", exponent = ""] = /^([^e]+)e?\+?(.*)$/.exec(String(Math.abs(value))) ?? [];
  const text = exponent === "" ? digits : `${digits === "1" ? "" : `${digits} \\cdot `}10^{${exponent}}`;
  if (value < 0) return laidOut([`-${text}`], { begins: "sign", precedence: binding.sign });
  const precedence = exponent === "" ? binding.atom : digits === "1" ? binding.power : binding.multiplicative;
  return laidOut([text], { begins: "number", precedence });
}

/** The arrangements that are more than a row of signs, by the column of the table. */
type Arrangement = Extract<LatexForm, { readonly layout: string }>["layout"];

// A row has as many arguments as its arrangement takes.
const nothing = laidOut([]);

const arrangements: Readonly<Record<Arrangement, (node: Call, args: readonly Layout[]) => Layout>> = {
  product(node, [x = nothing, y = nothing]) {
    // The sign of a first number is that of the whole product.
    const isNumber = node.args[0]?.kind === "constant" && x.begins === "sign";
    const left = x.isOpen ? parenthesised(x) : isNumber ? x : operand(x, binding.multiplicative);
    const right = unsigned(operand(y, above(binding.multiplicative)));
    const needsSign = left.endsInWord || right.begins !== "symbol";
    return laidOut([left.text, needsSign ? " \\cdot " : " ", right.text], {
      precedence: binding.multiplicative,
      begins: left.begins,
      endsInWord: right.endsInWord,
      isTall: left.isTall || right.isTall,
      isOpen: right.isOpen,
    });
  },
  fraction(node, [x = nothing, y = nothing]) {
    const [top, bottom] = [within(x), within(y)];
    const slashed = slashedOf(node, top, bottom);
    return laidOut(["\\frac{", top.text, "}{", bottom.text, "}"], {
      precedence: binding.fraction,
      // `2 \frac{1}{3}` would be a mixed number.
      begins: top.begins === "number" || top.begins === "sign" ? "numeric fraction" : "symbol",
      isTall: true,
      ...(slashed !== undefined && { slashed }),
    });
  },
  power(node, [x = nothing, y = nothing]) {
    const exponent = node.args[1];
    const isOrder = exponent?.kind === "constant" && Number.isInteger(exponent.value) && exponent.value > 1;
    if (isOrder && x.raised !== undefined) return x.raised(y);
    const base = operand(x, above(binding.postfix));
    const raised = within(y.slashed ?? y);
    return laidOut([base.text, "^{", raised.text, "}"], {
      precedence: binding.power,
      begins: base.begins,
      isTall: base.isTall || raised.isTall,
    });
  },
  sign(node, [x = nothing]) {
    // `-2` and `-2 x` are read with the number's own sign.
    const isNumber =
      node.args[0]?.kind === "constant" || (x.begins === "number" && x.precedence === binding.multiplicative);
    const inner = isNumber ? parenthesised(x) : unsigned(operand(x, binding.multiplicative));
    const { endsInWord, isTall, isOpen } = inner;
    return laidOut(["-", inner.text], { precedence: binding.sign, begins: "sign", endsInWord, isTall, isOpen });
  },
  cases(node, [condition = nothing, x = nothing, y = nothing]) {
    // A choice in the last place is more lines of the same choice.
    const rest = y.lines ?? rope([within(y).text, " & \\text{otherwise}"]);
    const lines = rope([within(x).text, " & \\text{if } ", stated(node.args[0], condition), " \\\\ ", rest]);
    return laidOut(["\\begin{cases} ", lines, " \\end{cases}"], {
      precedence: binding.conditional,
      isTall: true,
      lines,
    });
  },
};

// `-x / y` would be read as `-(x / y)`; only a number has a sign of its own.
function slashedOf({ args }: Call, top: Layout, bottom: Layout): Layout | undefined {
  const isSigned = top.begins === "sign" && args[0]?.kind !== "constant";
  const isProduct = top.precedence >= binding.multiplicative || top.begins === "sign";
  if (isSigned || !isProduct || top.isTall || bottom.isTall || top.isOpen) return undefined;
  return laidOut([top.text, " / ", unsigned(operand(bottom, above(binding.multiplicative))).text]);
}

// Any number but 0 counts as true.
function stated(node: Expr | undefined, condition: Layout): Rope {
  const isTruth = condition.isTruth || (node?.kind === "call" && node.fn.range === "truth");
  return isTruth ? condition.text : rope([operand(condition, above(binding.comparison)).text, " \\ne 0"]);
}

function operation(node: Call, operator: Operator, args: readonly Layout[]): Layout {
  const { position, precedence: level, associative } = operator;
  const symbol = typeof node.fn.latex === "string" ? node.fn.latex : textOfSymbol(operator.symbol);
  const isTruth = node.fn.range === "truth";
  const enclose = isTruth ? parenthesised : enclosed;
  const pieces = args.map((piece, i) => {
    const isOwnSide = position === "infix" && associative === (i === 0 ? "left" : "right");
    const least = isOwnSide || position === "prefix" ? level : above(level);
    return piece.precedence < least ? enclose(piece) : i > 0 && !isTruth ? unsigned(piece) : piece;
  });
  const texts = pieces.map(({ text }) => text);
  const parts =
    position === "prefix" ? [symbol, " ", ...texts] : position === "postfix" ? [...texts, symbol] : undefined;
  return laidOut(parts ?? separated(texts, ` ${symbol} `), {
    precedence: level,
    begins: position === "prefix" ? "symbol" : (pieces[0]?.begins ?? "symbol"),
    isTall: pieces.some(({ isTall }) => isTall),
    isOpen: pieces.at(-1)?.isOpen === true,
    isTruth,
  });
}

const textOfSymbol = (symbol: string): string =>
  /^[-+!<>/*]$/.test(symbol) ? symbol : `\\mathbin{${literal(symbol).stem}}`;

function applied(node: Call, name: string, args: readonly Layout[]): Layout {
  if (args.length === 0) return laidOut([name]);
  const list = parenthesised(
    laidOut(
      separated(
        args.map(argument => within(argument).text),
        ", ",
      ),
      { isTall: args.some(({ isTall }) => isTall) },
    ),
  );
  const { isTall } = list;
  // `f(x)^{2}` is plain; `\sin(x)^{2}` is read in two ways, and `\sin^{2}(x)` in one.
  if (typeof node.fn.latex !== "string") return laidOut([name, list.text], { isTall });
  return laidOut([name, list.text], {
    precedence: binding.application,
    isTall,
    ...(args.length === 1 && {
      raised: exponent =>
        laidOut([name, "^{", exponent.text, "}", list.text], { precedence: binding.application, isTall }),
    }),
  });
}

// The column is called with marks, so that texts are shared as the arguments are.
function written(node: Call, form: Extract<LatexForm, { readonly write: unknown }>, args: readonly Layout[]): Layout {
  const { write, precedence = binding.atom, argument } = form;
  const parts = write(...args.map((_, i) => String.fromCharCode(firstMark + i))).split(/([\ue000-\ue0ff])/);
  const pieces = parts.map((part, i) => {
    const piece = i % 2 === 0 ? undefined : args[part.charCodeAt(0) - firstMark];
    if (piece === undefined) return laidOut([part], { isTall: part.includes("\\sqrt") });
    if (argument !== undefined) return unsigned(operand(piece, argument));
    return within(parts[i - 1]?.endsWith("^{") === true ? (piece.slashed ?? piece) : piece);
  });
  return laidOut(
    pieces.map(({ text }) => text),
    {
      precedence,
      isTall: pieces.some(piece => piece.isTall),
      isTruth: node.fn.range === "truth",
      begins: pieces.find(({ text }) => text.length > 0)?.begins ?? "symbol",
    },
  );
}

const firstMark = 0xe000;

function reduced(spell: Spellings, { operation: kind, index }: Reduction, body: Layout): Layout {
  const inner = unsigned(operand(body, binding.multiplicative));
  return laidOut([`${commands[kind]}_{${textOf(spell.name(index))}} `, inner.text], {
    precedence: binding.reduction,
    isTall: true,
    isOpen: true,
  });
}

const commands: Readonly<Record<Reduction["operation"], string>> = {
  sum: "\\sum",
  maximum: "\\max",
  minimum: "\\min",
  logsumexp: "\\operatorname*{logsumexp}",
};

function kronecker(spell: Spellings, { indices }: Delta, gathers: readonly Layout[]): Layout {
  const [i = "", j = ""] = indexRopes(spell, indices, gathers);
  return laidOut([`${symbols.delta}_{`, i, separatorOf(spell, indices), j, "}"]);
}

// Letters stand side by side, as in textbooks; a comma is between all else.
function separatorOf(spell: Spellings, indices: readonly Index[]): "," | " " {
  const areLetters = indices.every(({ name }) => {
    const { below, primes, isUpright } = name === undefined ? literal("") : spell.name(name);
    return !isUpright && below === "" && primes === "";
  });
  return areLetters ? " " : ",";
}

function indexRopes(spell: Spellings, indices: readonly Index[], gathers: readonly Layout[]): readonly Rope[] {
  let next = 0;
  return indices.map(({ offset, terms }) => {
    const signed = terms.map(({ coefficient, of }) => {
      const name = typeof of === "string" ? textOf(spell.name(of)) : (gathers[next++]?.text ?? "");
      const size = Math.abs(coefficient);
      return { isNegative: coefficient < 0, parts: size === 1 ? [name] : [`${size} `, name] };
    });
    if (offset !== 0 || terms.length === 0) signed.push({ isNegative: offset < 0, parts: [String(Math.abs(offset))] });
    // `1-i` rather than `-i+1`.
    const ordered = [...signed.filter(term => !term.isNegative), ...signed.filter(term => term.isNegative)];
    return rope(ordered.flatMap(({ isNegative, parts }, i) => [isNegative ? "-" : i > 0 ? "+" : "", ...parts]));
  });
}
