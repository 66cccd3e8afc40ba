import type { FunctionRow } from "../../../expression/expression.ts";
import { pow } from "../../../expression/functions.ts";
import type { Body } from "./body.ts";
import type { Build, Module } from "./encoder.ts";
import { vectorFormOf, vectorForms } from "./forms.ts";
import type { Site } from "./functions/form.ts";
import { vectorPower } from "./functions/power.ts";
import { type Callee, call, type Floating, type Value } from "./values.ts";
import type { FloatVectors } from "./vectors.ts";

/** The value of a function of the table; `known` are the arguments that are numbers, `isVarying` says if lanes may differ. */
export type Calls<F extends Floating> = (
  fn: FunctionRow,
  args: readonly Value<F>[],
  known: readonly (number | undefined)[],
  isVarying: boolean,
) => Value<F>;

/** Where calls are written. */
interface Place<F extends Floating> {
  readonly v: FloatVectors<F>;
  readonly module: Module;
  readonly site: Site;
}

// Code that is written in at every place is a little faster, and grows.
const mostInline = 48;

/**
 * What writes calls into a function: by vector forms, of which the long ones become functions of their own where there are
 * many; other rows are called lane by lane, or once where all lanes hold the same.
 */
export function callsIn<F extends Floating>({ v, module, site }: Place<F>): Calls<F> {
  const own = new Map<FunctionRow, Callee<readonly F[], F>>();
  let inline = 0;
  const shared = (row: FunctionRow): Callee<readonly F[], F> => {
    const known = own.get(row);
    if (known !== undefined) return known;
    const parameters = Array.from({ length: row.arity }, () => v.type);
    const build = (body: Body, ...args: readonly Value<F>[]): Value<F> =>
      vectorFormOf(row)({ ...site, body }, v, ...args);
    const callee = module.addFunction(parameters, v.type, build as Build<readonly F[], F>);
    own.set(row, callee);
    return callee;
  };
  return (fn, args, known, isVarying) => {
    const [x, exponent] = [args[0], known[1]];
    const power = fn === pow && x !== undefined && exponent !== undefined ? vectorPower(v, x, exponent) : undefined;
    if (power !== undefined) return power;
    if (!vectorForms.has(fn) && !isVarying) {
      const numbers = args.map(each => v.toDouble(v.extract(each, 0)));
      return v.splat(v.fromDouble(call(site.imported(fn), ...numbers)));
    }
    const isLong = fn.operator === undefined;
    if (isLong) inline += 1;
    return isLong && inline > mostInline ? call(shared(fn), ...args) : vectorFormOf(fn)(site, v, ...args);
  };
}
