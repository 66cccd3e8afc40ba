import type { Dialect } from "./dialect.ts";

/** Identifiers that mean nothing in a language and differ from each other. */
export interface Names {
  /** The identifier for a name: the name itself where it can be. */
  readonly take: (name: string) => string;
  /** The first of `t1`, `t2`, … that is free. */
  readonly next: () => string;
}

/** No identifier is given out twice. The same names in the same order have the same ones. */
export function namesIn({ reserved, isIdentifier }: Pick<Dialect, "reserved" | "isIdentifier">): Names {
  const taken = new Set<string>();
  const counts = new Map<string, number>();
  const isFree = (name: string): boolean => !reserved.has(name) && !taken.has(name) && isIdentifier(name);
  let temporaries = 0;
  return {
    take(name) {
      const base = isIdentifier(name) && name.length <= longest ? name : spelledOut(name);
      let candidate = base;
      while (!isFree(candidate)) {
        const count = counts.get(base) ?? 1;
        counts.set(base, count + 1);
        candidate = count === 1 ? `${base}_` : `${base}_${count}`;
      }
      taken.add(candidate);
      return candidate;
    },
    next() {
      do temporaries++;
      while (!isFree(`t${temporaries}`));
      taken.add(`t${temporaries}`);
      return `t${temporaries}`;
    },
  };
}

/** A name as a comment can hold it: what is no letter, digit or blank is shown by its code. */
export function shownName(name: string): string {
  const characters = Array.from(name.slice(0, longest), character =>
    /[\p{L}\p{Nd} _$.'-]/u.test(character)
      ? character
      : `<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}>`,
  );
  return `'${characters.join("")}${name.length > longest ? "…" : ""}'`;
}

const longest = 60;

// In plain letters, digits and underscores, from a letter on: λ is lambda, x' is x_prime.
function spelledOut(name: string): string {
  const plain = Array.from(name.slice(0, longest).normalize("NFKD"), character => {
    if (/[A-Za-z0-9_]/.test(character)) return character;
    if (/\p{M}/u.test(character)) return "";
    const lower = character.toLowerCase();
    const greek = greekNames.get(lower);
    if (greek === undefined) return character === "'" ? "_prime" : "_";
    return lower === character ? greek : `${greek.charAt(0).toUpperCase()}${greek.slice(1)}`;
  }).join("");
  if (/^_*$/.test(plain)) return "v";
  return /^[A-Za-z]/.test(plain) ? plain : `v${plain}`;
}

const greekNames: ReadonlyMap<string, string> = new Map(
  (
    "α alpha β beta γ gamma δ delta ε epsilon ζ zeta η eta θ theta ι iota κ kappa λ lambda μ mu ν nu ξ xi ο omicron π pi " +
    "ρ rho σ sigma ς sigma τ tau υ upsilon φ phi χ chi ψ psi ω omega"
  )
    .split(" ")
    .flatMap((letter, i, words) => (i % 2 === 0 ? [[letter, words[i + 1] ?? ""] as const] : [])),
);
