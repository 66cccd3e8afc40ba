import type { Measurement, Missing } from "../family.ts";
import { ratioText } from "./report.ts";

/** What `npm run bench -- --json FILE` writes. */
export interface Results {
  readonly date: string;
  readonly machine: Readonly<Record<string, string>>;
  readonly results: Readonly<Record<string, FamilyResults>>;
}

export interface FamilyResults {
  readonly about: string;
  readonly lines: readonly (Measurement | Missing)[];
}

/**
 * The results as tables in Markdown, one for each family that peers take part in: a row for each case, a column for each
 * peer, which holds how many times the first one's time it takes, or else its value, or why there is none.
 */
export function tablesOf({ date, machine, results }: Results): string {
  const tables = Object.entries(results).flatMap(([family, { about, lines }]) => {
    const compared = lines.filter(isCompared);
    return compared.length === 0 ? [] : [wrapped(`\`${family}\`: ${about}`), tableOf(compared)];
  });
  return [wrapped(`${date}: ${Object.values(machine).join(", ")}.`), ...tables].join("\n\n");
}

const wrapped = (text: string): string => text.replaceAll(/(.{1,118})(?: |$)/g, "$1\n").trimEnd();

/** `text` with the tables between the markers. */
export function withTables(text: string, tables: string): string {
  const [start, end] = ["<!-- bench -->", "<!-- /bench -->"];
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`there is no place for the tables between ${start} and ${end}`);
  return `${text.slice(0, from + start.length)}\n\n${tables}\n\n${text.slice(to)}`;
}

type Compared = (Measurement | Missing) & { readonly case: string; readonly peer: string };

const isCompared = (line: Measurement | Missing): line is Compared =>
  line.case !== undefined && line.peer !== undefined;

function tableOf(lines: readonly Compared[]): string {
  const cases = new Set(lines.map(line => line.case));
  const peers = orderedPeers(lines);
  const rows = [...cases].map(name => {
    const cells = peers.map(peer => cellOf(lines.find(line => line.case === name && line.peer === peer)));
    return `| ${[name, ...cells].join(" | ")} |`;
  });
  return [`| | ${peers.join(" | ")} |`, `| --- |${" --: |".repeat(peers.length)}`, ...rows].join("\n");
}

/** In the order of the report, in which those without a value come before: but they are last where they never have one. */
function orderedPeers(lines: readonly Compared[]): readonly string[] {
  const timed = lines.filter(line => !("missing" in line));
  const absent = new Set(lines.filter(line => "missing" in line && line.missing === "absent").map(({ peer }) => peer));
  return [...new Set([...timed, ...lines].map(({ peer }) => peer))].filter(peer => !absent.has(peer));
}

function cellOf(line: Compared | undefined): string {
  if (line === undefined) return "";
  if ("missing" in line) return line.missing === "late" ? "too long" : line.missing;
  const { value, cpu = value, unit, ratio } = line;
  // The first one has the time that the others are times of.
  if (ratio === undefined || ratio === 1) return `${Number(cpu.toPrecision(3))} ${unit}`;
  return `× ${ratioText(ratio)}`;
}
