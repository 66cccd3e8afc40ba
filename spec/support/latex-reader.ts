import {
  call,
  constant,
  delta,
  type Expr,
  extent,
  type FunctionRow,
  type Index,
  index,
  linearIndex,
  type ReductionKind,
  reduction,
  scaleIndex,
  shift,
  variable,
} from "../../lib/expression/expression.ts";
import {
  abs,
  add,
  and,
  cbrt,
  ceil,
  conditional,
  div,
  e,
  equal,
  exp,
  factorial,
  floor,
  functions,
  greater,
  greaterOrEqual,
  less,
  lessOrEqual,
  mod,
  mul,
  neg,
  not,
  notEqual,
  nthRoot,
  or,
  pi,
  polygamma,
  pow,
  sqrt,
  sub,
  tau,
} from "../../lib/expression/functions.ts";

/**
 * Reads LaTeX as a mathematician does, and knows nothing of how it was printed: a product is what stands side by side, a
 * minus takes in the product behind it, a sum takes in the product behind it, a fraction and a root what is in them.
 */
export function readLatex(text: string): Expr {
  const tokens = text.match(/\\[a-z]+\*?|\\.|\d+(?:\.\d+)?|\S/gi) ?? [];
  let at = 0;
  const peek = (): string => tokens[at] ?? "";
  const next = (): string => tokens[at++] ?? "";
  const take = (token: string): boolean => peek() === token && next() === token;
  const expect = (...wanted: readonly string[]): void => {
    for (const token of wanted) {
      const found = next();
      if (found !== token) throw new Error(`expected ${token}, found ${found} at token ${at} of ${text}`);
    }
  };
  const between = <T>(open: readonly string[], read: () => T, close: readonly string[]): T => {
    expect(...open);
    const result = read();
    expect(...close);
    return result;
  };
  const group = (): Expr => between(["{"], choice, ["}"]);
  const word = (): string => {
    expect("{");
    let letters = "";
    while (peek() !== "}") letters += next();
    expect("}");
    return letters;
  };
  const chain = (operand: () => Expr, rows: Readonly<Record<string, (x: Expr, y: Expr) => Expr>>, first = operand) => {
    let left = first();
    for (let row = rows[peek()]; row !== undefined; row = rows[peek()]) {
      next();
      left = row(left, operand());
    }
    return left;
  };

  const choice = (): Expr => chain(conjunction, { "\\lor": or });
  const conjunction = (): Expr => chain(comparison, { "\\land": and });
  const comparison = (): Expr => {
    if (take("\\lnot")) return not(power());
    const left = additive();
    const row = comparisons[peek()];
    if (row === undefined) return left;
    next();
    return row(left, additive());
  };
  // Only the first term has a sign of its own: two signs never meet.
  const additive = (): Expr => chain(() => product(), { "+": add, "-": sub }, signed);
  const signed = (): Expr => {
    if (!take("-")) return product();
    const isNumber = /^\d/.test(peek()) && !["^", "!"].includes(tokens[at + 1] ?? "");
    return isNumber ? product(constant(-Number(next()))) : neg(product());
  };
  const product = (first: Expr = power()): Expr => {
    let left = first;
    while (take("\\cdot") || beginsFactor()) left = mul(left, power());
    return take("/") ? div(left, power()) : left;
  };
  const beginsFactor = (): boolean =>
    /^(?:[a-z0-9([{]|\\(?!right|end|cdot|land|lor|lnot|bmod|le$|ge$|ne$|text$|\\)[a-z]+\*?)$/i.test(
      peek().slice(0, 40),
    ) || /^\d/.test(peek());
  const power = (): Expr => {
    const base = atom();
    if (take("!")) return factorial(base);
    if (!take("^")) return base;
    const exponent = group();
    return base === e ? exp(exponent) : pow(base, exponent);
  };
  const bracketed = (): Expr => (peek() === "(" ? between(["("], choice, [")"]) : between(["["], choice, ["]"]));
  const fenced = (): Expr => {
    expect("\\left");
    const open = next();
    const inner = choice();
    expect("\\right", closing[open] ?? open);
    return open === "|" ? abs(inner) : open === "\\lfloor" ? floor(inner) : open === "\\lceil" ? ceil(inner) : inner;
  };
  const args = (): readonly Expr[] => {
    const isHigh = take("\\left");
    expect("(");
    const list = [choice()];
    while (take(",")) list.push(choice());
    if (isHigh) expect("\\right");
    expect(")");
    return list;
  };
  const applied = (row: FunctionRow): Expr => {
    const exponent = take("^") ? group() : undefined;
    const result = call(row, args());
    return exponent === undefined ? result : pow(result, exponent);
  };
  const atom = (): Expr => {
    const token = peek();
    if (/^\d/.test(token)) return constant(Number(next()));
    if (token === "(" || token === "[") return bracketed();
    if (token === "{") return group();
    if (token === "\\left") return fenced();
    const form = forms[token];
    if (form !== undefined) {
      next();
      return form();
    }
    return named();
  };
  const forms: Readonly<Record<string, () => Expr>> = {
    "\\frac": () => div(group(), group()),
    "\\sqrt": () => {
      if (!take("[")) return sqrt(group());
      const degree = choice();
      expect("]");
      return degree === constant(3) ? cbrt(group()) : nthRoot(group(), degree);
    },
    "\\begin": () => {
      expect("{", ..."cases", "}");
      const result = cases();
      expect("{", ..."cases", "}");
      return result;
    },
    "\\pi": () => pi,
    "\\tau": () => tau,
    e: () => e,
    "\\psi": () => {
      if (peek() !== "^" || tokens[at + 2] !== "(") return applied(rowOf("digamma"));
      expect("^");
      const order = group();
      return polygamma(order, args()[0] ?? 0);
    },
    "\\sum": () => reduced("sum"),
    "\\operatorname*": () => reduced(word() as ReductionKind),
    "\\operatorname": () => applied(rowOf(word())),
    "\\max": () => (peek() === "_" ? reduced("maximum") : applied(rowOf("max"))),
    "\\min": () => (peek() === "_" ? reduced("minimum") : applied(rowOf("min"))),
    "\\delta": () => {
      const [i = index(0), j = index(0)] = subscripts();
      return delta(i, j);
    },
    N: () => extent(subscripts()[0] ?? "n"),
  };
  const cases = (): Expr => {
    const value = choice();
    expect("&", "\\text", "{");
    if (take("i")) {
      expect("f", "}");
      const condition = choice();
      expect("\\\\");
      return conditional(condition, value, cases());
    }
    expect(..."otherwise", "}", "\\end");
    return value;
  };
  const reduced = (kind: ReductionKind): Expr => {
    const [name = index("?")] = subscripts();
    return reduction(kind, name, product());
  };
  const named = (): Expr => {
    const token = next();
    if (token === "\\log") {
      expect("_");
      return applied(rowOf(`log${word()}`));
    }
    const row = functions.get(rowNames[token] ?? token.slice(1));
    if (row !== undefined && token.startsWith("\\") && row.arity > 0 && token !== "\\gamma") return applied(row);
    const name = token === "\\mathrm" ? word() : token.replace("\\", "");
    if (peek() !== "_") return variable(name);
    // A number below a letter is part of a name: `x1`.
    const isNumbered = /^\d/.test(tokens[at + 2] ?? "") && tokens[at + 3] === "}";
    if (!isNumbered) return variable(name, ...subscripts());
    expect("_");
    return variable(name + word());
  };
  const subscripts = (): readonly Index[] => {
    expect("_", "{");
    const list: Index[] = [];
    while (!take("}")) {
      if (!take(",") || list.length === 0) list.push(position());
    }
    return list;
  };
  const position = (): Index => {
    let sum = linearIndex(0, []);
    for (let sign = take("-") ? -1 : 1; ; sign = next() === "-" ? -1 : 1) {
      const size = /^\d/.test(peek()) ? Number(next()) : undefined;
      const isName = /^[a-z]$/i.test(peek());
      const term = isName ? indexNamed(primed()) : index(1);
      sum = shift(sum, scaleIndex(term, sign * (size ?? 1)));
      if (peek() !== "+" && peek() !== "-") return sum;
    }
  };
  const primed = (): string => {
    let name = next();
    while (take("'")) name += "'";
    return name;
  };
  const indexNamed = (name: string): Index => (peek() === "_" ? index(variable(name, ...subscripts())) : index(name));

  const result = choice();
  if (at < tokens.length) throw new Error(`${tokens.slice(at).join(" ")} is left of ${text}`);
  return result;
}

function rowOf(name: string): FunctionRow {
  const row = functions.get(rowNames[name] ?? name);
  if (row === undefined) throw new Error(`no function ${name}`);
  return row;
}

const closing: Readonly<Record<string, string>> = { "(": ")", "[": "]", "\\lfloor": "\\rfloor", "\\lceil": "\\rceil" };

const comparisons: Readonly<Record<string, (x: Expr, y: Expr) => Expr>> = {
  "<": less,
  ">": greater,
  "=": equal,
  "\\le": lessOrEqual,
  "\\ge": greaterOrEqual,
  "\\ne": notEqual,
  "\\bmod": mod,
};

// What textbooks call by other names than programs do.
const rowNames: Readonly<Record<string, string>> = {
  "\\ln": "log",
  "\\Gamma": "gamma",
  ...{ "\\arcsin": "asin", "\\arccos": "acos", "\\arctan": "atan", arccot: "acot", arcsec: "asec", arccsc: "acsc" },
  ...{ arsinh: "asinh", arcosh: "acosh", artanh: "atanh", arcoth: "acoth", arsech: "asech", arcsch: "acsch" },
  ...{ ReLU: "relu", sgn: "sign" },
};
