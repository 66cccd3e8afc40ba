import type { Call, Expr } from "../../expression/expression.ts";
import { fold } from "../../expression/fold.ts";
import { add, div, mul, neg, pow, sqrt, square, sub } from "../../expression/functions.ts";
import * as Q from "../../expression/rational.ts";

/**
 * Tells whether expressions differ in the order of operands and the spelling of signs, fractions and powers only: if so,
 * their numbers are equal.
 */
export function shapes(): (e: Expr) => number {
  const numbers = new Map<string, number>();
  const memo = new Map<Expr, Shape>();
  const numberOf = (key: string): number => {
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, numbers.size);
    return numbers.size - 1;
  };

  const closed = (terms: readonly Term[]): number => numberOf(terms.map(keyOf).sort().join(" + "));
  const atom = (key: string): Shape => [{ by: Q.one, factors: [[numberOf(key), "1"]] }];
  // Too long to be laid out again at every level: closed, and told from its equals by its parts alone.
  const short = (shape: Shape): Shape => {
    const length = shape.reduce((total, { factors }) => total + 1 + factors.length, 0);
    return length > longest ? [{ by: Q.one, factors: [[closed(shape), "1"]] }] : shape;
  };
  const asFactor = (shape: Shape): Term => {
    const [only] = shape;
    return only !== undefined && shape.length === 1 ? only : { by: Q.one, factors: [[closed(shape), "1"]] };
  };

  const ofCall = (node: Call, args: readonly Shape[]): Shape => {
    const { fn } = node;
    const [x = [], y = []] = args;
    if (fn === add || fn === sub) return [...x, ...(fn === sub ? y.map(opposite) : y)];
    if (fn === neg) return x.map(opposite);
    if (fn === mul || fn === div) {
      const [a, b] = [asFactor(x), asFactor(y)];
      if (fn === mul || !Q.isZero(b.by)) return [times(a, fn === mul ? b : inverse(b))];
    }
    const power = fn === sqrt ? "0.5" : fn === square ? "2" : fn === pow ? exponentOf(node.args[1]) : undefined;
    const base = asFactor(x);
    const [single] = base.factors;
    if (power !== undefined && single !== undefined && base.factors.length === 1 && Q.isOne(base.by)) {
      if (single[1] === "1") return [{ by: Q.one, factors: [[single[0], power]] }];
    }
    const inner = args.map(shape => closed(shape));
    if (fn.commutative === true) inner.sort((a, b) => a - b);
    return atom(`${fn.name}(${inner.join()})`);
  };

  return e =>
    closed(
      fold<Shape>(
        e,
        {
          constant: ({ value }) => [{ by: Q.exactValue(value), factors: [] }],
          variable: node => atom(`#${node.id}`),
          call: (node, args) => short(ofCall(node, args)),
          reduction: (node, body) => atom(`${node.operation} ${node.index}: ${closed(body)}`),
          delta: node => atom(`#${node.id}`),
          extent: node => atom(`#${node.id}`),
        },
        memo,
      ),
    );
}

/** A sum's terms, like terms not collected. */
type Shape = readonly Term[];

/** A number times factors, each with its exponent; powers of one base not combined. */
interface Term {
  readonly by: Q.Rational;
  readonly factors: readonly (readonly [base: number, exponent: string])[];
}

const longest = 400;

const keyOf = ({ by, factors }: Term): string =>
  `${by.numerator}/${by.denominator} ${factors
    .map(([base, exponent]) => `${base}^${exponent}`)
    .sort()
    .join(" ")}`;

const opposite = ({ by, factors }: Term): Term => ({ by: Q.negate(by), factors });
const times = (a: Term, b: Term): Term => ({ by: Q.multiply(a.by, b.by), factors: [...a.factors, ...b.factors] });
const inverse = ({ by, factors }: Term): Term => ({
  by: Q.divide(Q.one, by),
  factors: factors.map(([base, exponent]) => [base, exponent.startsWith("-") ? exponent.slice(1) : `-${exponent}`]),
});

const exponentOf = (e: Expr | undefined): string | undefined => (e?.kind === "constant" ? String(e.value) : undefined);
