/** One partial derivative, found twice. */
export interface PartialCheck {
  readonly variable: string;
  /** Where in the array; empty for a scalar. */
  readonly position: readonly number[];
  readonly symbolic: number;
  readonly numeric: number;
  /** Their difference, relative to the larger of both. */
  readonly error: number;
  /** `unclear` where finite differences found no derivative to compare with: at a kink, a jump, the end of a domain. */
  readonly verdict: "agrees" | "differs" | "unclear";
}

/** The partial derivatives by one variable. */
export interface VariableCheck {
  /** `node` where a definition is checked on its own, or where a definition is what is differentiated by. */
  readonly kind: "parameter" | "node";
  /** The parameter, or the node. */
  readonly of: string;
  /** What a node on its own is differentiated by. */
  readonly by?: string;
  /** What is differentiated by a node. */
  readonly whole?: string;
  readonly partials: readonly PartialCheck[];
}

/** A gradient, checked at a point. */
export interface GradientCheck {
  /** Those of the whole by the variables. */
  readonly partials: readonly PartialCheck[];
  /** All that was checked, one for each line. */
  readonly checks: readonly VariableCheck[];
  /** The largest relative error among all that could be compared. */
  readonly maxError: number;
  /** False if a partial differs, of the whole or of a node. */
  readonly agrees: boolean;
  /** The largest relative error of each check, in a sentence. */
  readonly lines: readonly string[];
  /** The lines as one text. */
  toString(): string;
}

/** The result of checks, of which those by `variables` are about the whole. */
export function reportOf(checks: readonly VariableCheck[], variables: readonly VariableCheck[]): GradientCheck {
  const all = checks.flatMap(({ partials }) => partials);
  const lines = checks.map(lineOf);
  return {
    partials: variables.flatMap(({ partials }) => partials),
    checks,
    maxError: maxErrorOf(all),
    agrees: all.every(({ verdict }) => verdict !== "differs"),
    lines,
    toString: () => lines.join("\n"),
  };
}

// In the words of the tests of a well-known course on computation graphs.
function lineOf({ kind, of, by, whole, partials }: VariableCheck): string {
  const unclear = partials.filter(({ verdict }) => verdict === "unclear").length;
  const isWrong = partials.some(({ verdict }) => verdict === "differs");
  const part = whole === undefined ? "" : ` of ${whole} is`;
  const what = `Max rel error for partial deriv${by === undefined ? part : ` w.r.t. ${by} is`}`;
  const size = unclear > 0 && unclear === partials.length ? "unclear" : maxErrorOf(partials).toExponential(2);
  const doubt = unclear > 0 && unclear < partials.length ? ` (${unclear} of ${partials.length} unclear)` : "";
  return `(${kind === "node" ? "Node" : "Parameter"} ${of}) ${what} ${size}${doubt}${isWrong ? ", which differs" : ""}.`;
}

const maxErrorOf = (partials: readonly PartialCheck[]): number =>
  partials.reduce((most, { error, verdict }) => (verdict === "unclear" ? most : Math.max(most, error)), 0);
