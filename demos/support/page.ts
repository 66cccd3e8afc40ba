import type { Check, Derivation, Row } from "./derivation.ts";

/** Derivations of one kind, with what there is to say of them. */
export interface Section {
  readonly title: string;
  readonly about: readonly string[];
  readonly derivations: readonly Derivation[];
}

/** What a student reads: index forms, beside them the matrix forms, and how far numbers say that they are apart. */
export function page(sections: readonly Section[], options: { readonly steps?: boolean } = {}): string {
  return sections.map((section, i) => sectionText(section, i + 1, options.steps === true)).join("\n\n");
}

/** The checks that failed, each in words. */
export const failures = (sections: readonly Section[]): readonly string[] =>
  sections.flatMap(({ derivations }) =>
    derivations.flatMap(({ title, checks }) =>
      checks
        .filter(fails)
        .map(({ what, difference }) => `${title}: apart from ${what} by ${difference.toExponential(1)}`),
    ),
  );

function sectionText({ title, about, derivations }: Section, number: number, withSteps: boolean): string {
  const heading = `${number}. ${title}`;
  const parts = derivations.map(each => derivationText(each, withSteps));
  return [heading, "=".repeat(heading.length), ...about, "", parts.join("\n\n")].join("\n");
}

function derivationText({ title, rows, steps, checks }: Derivation, withSteps: boolean): string {
  const lefts = Math.max(...rows.map(({ left }) => left.length));
  const index = rows.map(({ left, right }) => `${left.padEnd(lefts)} = ${right}`);
  const widths = rows.map((_, i) => index[i]?.length ?? 0).filter(width => width <= widest);
  const column = Math.max(0, ...widths);
  const lines = rows.flatMap((row, i) => rowLines(row, index[i] ?? "", column));
  const derived = withSteps && steps !== undefined ? [steps()] : [];
  return [title, ...[...lines, ...derived, verdict(checks)].map(indented)].join("\n");
}

// A matrix form stands beside what is short, and below what is long.
function rowLines({ matrix, note }: Row, index: string, column: number): readonly string[] {
  const said = [matrix, note === undefined ? undefined : `(${note})`].filter(part => part !== undefined).join("   ");
  if (said === "") return [index];
  return index.length > column ? [index, `${" ".repeat(column)}   ${said}`] : [`${index.padEnd(column)}   ${said}`];
}

const widest = 72;

function verdict(checks: readonly Check[]): string {
  const kinds = [...new Set(checks.map(({ what }) => what))].sort();
  const parts = kinds.map(kind => {
    const largest = Math.max(...checks.filter(({ what }) => what === kind).map(({ difference }) => difference));
    return `${kind} to ${largest === 0 ? "the last bit" : largest.toExponential(0)}`;
  });
  return `${checks.some(fails) ? "DISAGREES" : "agrees"} with ${parts.join(", with ")}`;
}

const fails = ({ difference, tolerance }: Check): boolean => !(difference <= tolerance);

const indented = (text: string): string => text.replaceAll(/^(?=.)/gm, "  ");
