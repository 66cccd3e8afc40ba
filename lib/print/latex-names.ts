import type { Expr, FunctionRow } from "../expression/expression.ts";
import { topologicalOrder } from "../expression/fold.ts";
import { functions } from "../expression/functions.ts";
import { indexNames } from "../expression/indices.ts";

/** How a name is written in LaTeX. */
export interface Spelling {
  /** What stands on the line. */
  readonly stem: string;
  /** The name's own subscript, or nothing. */
  readonly below: string;
  readonly primes: string;
  /** True of several upright letters, which run together with what stands beside them. */
  readonly isUpright: boolean;
}

/** The names of some formulas: two that differ are never written alike. */
export interface Spellings {
  readonly name: (name: string) => Spelling;
  /** What is written before the parentheses of a call. */
  readonly fn: (row: FunctionRow) => string;
}

/**
 * How the names in `roots`, and the names of `others`, are written: `x1` as `x_{1}`, `alpha` as `\alpha`, a longer one
 * upright. One that would look like another, or like a constant, a function or a symbol in the same formulas, is
 * written in typewriter letters; so is one of other characters than letters, those as their code in angle brackets.
 */
export function spellingsOf(roots: readonly Expr[], others: readonly string[]): Spellings {
  const rows = new Set<FunctionRow>([...functions.values()].filter(row => row.arity === 0));
  const arrays = new Set<string>();
  const scalars = new Set<string>([...indexNames(...roots), ...others]);
  const taken = new Set<string>();
  for (const node of topologicalOrder(...roots)) {
    if (node.kind === "variable") (node.indices.length > 0 ? arrays : scalars).add(node.name);
    else if (node.kind === "call") rows.add(node.fn);
    else if (node.kind === "delta") taken.add(symbols.delta);
    else if (node.kind === "extent") taken.add(symbols.extent);
  }
  const calls = spellFunctions([...rows], taken);
  const stems = new Set([...arrays].map(name => textOf({ ...natural(name), below: "" })));
  const spelled = new Map<string, Spelling>();
  const spell = (name: string): Spelling => {
    let spelling = natural(name);
    const text = textOf(spelling);
    // `x_{1}` is the array's element 1, if `x` is an array.
    const isElement = spelling.below !== "" && !arrays.has(name) && stems.has(textOf({ ...spelling, below: "" }));
    if (taken.has(text) || isElement) spelling = literal(name);
    taken.add(textOf(spelling));
    spelled.set(name, spelling);
    return spelling;
  };
  for (const name of [...new Set([...arrays, ...scalars])].sort()) spell(name);
  return { name: name => spelled.get(name) ?? spell(name), fn: row => calls.get(row) ?? callName(row) };
}

/** The symbols of shapes that are no functions. */
export const symbols = { delta: "\\delta", extent: "N" } as const;

/** A spelling, with subscripts of its own only. */
export const textOf = ({ stem, below, primes }: Spelling): string =>
  `${stem}${below === "" ? "" : `_{${below}}`}${primes}`;

// The table's functions first: they keep their names where one of the user's own is called alike.
function spellFunctions(rows: readonly FunctionRow[], taken: Set<string>): ReadonlyMap<FunctionRow, string> {
  const calls = new Map<FunctionRow, string>();
  const isOwn = (row: FunctionRow): number => (functions.get(row.name) === row ? 0 : 1);
  for (const row of rows.toSorted((a, b) => isOwn(a) - isOwn(b))) {
    const name = callName(row);
    const chosen = taken.has(name) ? textOf(literal(row.name)) : name;
    taken.add(chosen);
    calls.set(row, chosen);
  }
  return calls;
}

function callName({ name, latex }: FunctionRow): string {
  if (typeof latex === "string") return latex;
  const { stem, below, primes, isUpright } = natural(name);
  return isUpright && below === ""
    ? `${stem.replace(/^\\mathrm\b/, "\\operatorname")}${primes}`
    : textOf({ stem, below, primes, isUpright });
}

// A letter with its number, two words with an underscore between, or one word; primes may follow each.
function natural(name: string): Spelling {
  let end = name.length;
  while (end > 0 && name[end - 1] === "'") end--;
  const [base, primes] = [name.slice(0, end), name.slice(end)];
  const [, letter = "", digits = ""] = /^(.[a-z]*?)(\d+)$/iu.exec(base) ?? [];
  const symbol = symbolOf(letter);
  if (symbol !== undefined) return { stem: symbol, below: digits, primes, isUpright: false };
  const [, head = base, tail = ""] = /^([^_]+)_(\w+)$/.exec(base) ?? [];
  const stem = wordOf(head);
  if (stem === undefined) return literal(name);
  const below = /^\d*$/.test(tail) ? tail : `\\mathrm{${tail.replaceAll("_", "\\_")}}`;
  return { stem, below, primes, isUpright: symbolOf(head) === undefined };
}

const symbolOf = (word: string): string | undefined => (/^[a-z]$/i.test(word) ? word : greek.get(word));

function wordOf(word: string): string | undefined {
  const symbol = symbolOf(word);
  if (symbol !== undefined) return symbol;
  if (/^[a-z][a-z0-9]*$/i.test(word)) return `\\mathrm{${word}}`;
  if (/^[a-zÀ-ÖØ-öø-ÿ][a-z0-9À-ÖØ-öø-ÿ]*$/i.test(word)) return `\\text{${word}}`;
  const letters = [...word].map(letter => (/[a-z0-9]/i.test(letter) ? letter : greek.get(letter)));
  if (word === "" || /^\d/.test(word) || letters.includes(undefined)) return undefined;
  return `\\mathrm{${letters
    .map((letter = "") => (letter.length > 1 ? `${letter} ` : letter))
    .join("")
    .trimEnd()}}`;
}

/** Any text at all, and no two alike: what TeX might read otherwise, or lacks, is written as its code. */
export const literal = (name: string): Spelling => ({
  stem: `\\texttt{${[...name].map(escaped).join("")}}`,
  below: "",
  primes: "",
  isUpright: true,
});

function escaped(character: string): string {
  if (/[a-z0-9À-ÖØ-öø-ÿ]/i.test(character)) return character;
  if (character === "_") return "\\_";
  if (character === " ") return "\\ ";
  return `<${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}>`;
}

// The letters that TeX has commands for, by name and as characters.
const greek: ReadonlyMap<string, string> = new Map(
  (
    "alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ lambda λ mu μ nu ν " +
    "xi ξ pi π rho ρ sigma σ tau τ upsilon υ phi ϕ varphi φ chi χ psi ψ omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π " +
    "Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω"
  )
    .match(/\w+ ./gu)
    ?.flatMap(pair => {
      const [name = "", letter = ""] = pair.split(" ");
      return [
        [name, `\\${name}`],
        [letter, `\\${name}`],
      ] as const;
    }),
);
