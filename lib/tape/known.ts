import type { Expr } from "../expression/expression.ts";
import type { Instruction, Loop, Position, Source, Value } from "./block.ts";

/** What is known inside of one loop, or outside of all. */
export interface Scope {
  readonly loop: Loop | undefined;
  readonly instructions: Instruction[];
  /** What is changed by the loop. */
  readonly changed: ReadonlySet<string>;
  /** Values by what they compute. */
  readonly values: Map<string, Value>;
  readonly memo: Map<Expr, Source>;
  /** The locals that were bound here, and what they stood for before. */
  readonly locals: Map<string, Local | undefined>;
}

/** What a name of the nest stands for. */
export interface Local {
  readonly source: Source;
  readonly isAccumulator: boolean;
}

/** Inside of a loop, before anything is known. */
export const scopeOf = (loop: Loop | undefined, changed: ReadonlySet<string>): Scope => ({
  loop,
  changed,
  instructions: [],
  values: new Map(),
  memo: new Map(),
  locals: new Map(),
});

/** The number of loops around a position: those that it depends on, and all further out. */
export const levelOf = ({ base, terms }: Position): number =>
  terms.reduce((level, { of }) => Math.max(level, of.level), typeof base === "number" ? 0 : base.level);

/** The same of several values. */
export const deepest = (sources: readonly Source[]): number =>
  sources.reduce<number>((level, source) => Math.max(level, typeof source === "number" ? 0 : source.level), 0);

/** The same text for the same position only. */
export const positionKey = ({ base, terms }: Position): string =>
  [sourceKey(base), ...terms.map(({ factor, of }) => `${factor}${"index" in of ? "i" : "v"}${of.id}`)].join(" ");

/** The same text for the same value only: a number apart from the value of that number; -0 does not occur, since constants are never -0. */
export const sourceKey = (source: Source): string => (typeof source === "number" ? `=${source}` : `v${source.id}`);
