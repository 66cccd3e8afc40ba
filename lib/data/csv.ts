import { CsvError, parse } from "csv-parse/browser/esm/sync";
import { FluxionError } from "../expression/error.ts";
import { describe } from "../expression/expression.ts";
import { suggestion } from "../expression/nearest.ts";
import type { DataArray } from "./array.ts";
import { count } from "./bytes.ts";
import { type Examples, examplesOf } from "./examples.ts";

/** Numbers in rows and columns. */
export interface Table extends DataArray<Float64Array> {
  /** The rows and the columns. */
  readonly shape: readonly [number, number];
  /** The names of the columns: those of the header, or else "0", "1", "2", … */
  readonly columns: readonly string[];
  /** The texts of each column of categories, in their order: the numbers in the column are positions in this list. */
  readonly categories: ReadonlyMap<string, readonly string[]>;
}

export interface CsvOptions {
  /** Whether the first line names the columns. Unless said, it does if none of its fields is a number or missing. */
  readonly header?: boolean;
  /** What stands between two fields; a comma unless said. */
  readonly separator?: string;
  /** How many lines to leave out before the table begins; none unless said. */
  readonly skip?: number;
  /** The columns that hold texts to be numbered, by name or by position. */
  readonly categories?: readonly (string | number)[];
}

/**
 * The table that a text holds, with fields as RFC 4180 has them, in quotes or not. Blank lines count for nothing.
 *
 * Throws `bad-data`, with line and column, for a field that is no finite number, for a row that is shorter or longer than
 * the first, for a name that two columns have, for a text without rows, and for a first line that may be names or numbers.
 */
export function readCsv(text: string, options: CsvOptions = {}): Table {
  if (typeof text !== "string")
    throw new FluxionError("bad-data", `a table is read from a text, got ${describe(text)}`);
  const rows = rowsOf(text, options);
  const [first] = rows;
  if (first === undefined) throw new FluxionError("bad-data", "the table has no rows");
  const hasHeader = options.header ?? isHeader(first, options.categories ?? []);
  const columns = hasHeader ? headerOf(first) : first.fields.map((_, column) => String(column));
  const body = hasHeader ? rows.slice(1) : rows;
  if (body.length === 0) throw new FluxionError("bad-data", "the table has a header, but no rows below it");
  for (const row of body) checkWidth(row, columns.length, first.line);
  const chosen = new Set((options.categories ?? []).map(column => columnAt(columns, column)));
  const categories = new Map([...chosen].map(at => [columns[at] ?? "", textsOf(body, at)] as const));
  const codes = columns.map(name => new Map(categories.get(name)?.map((each, code) => [each, code])));
  const data = new Float64Array(body.length * columns.length);
  let place = 0;
  for (const row of body)
    for (const [at, name] of columns.entries())
      data[place++] = codes[at]?.get(row.fields[at] ?? "") ?? numberAt(row, at, hasHeader ? name : undefined);
  return { shape: [body.length, columns.length], data, columns, categories };
}

/**
 * A column, and the table without it: what is to be predicted, and what it is to be predicted from. The column is given by
 * its name or its position; -1 is the last. Throws `bad-option` if there is none.
 */
export function takeColumn(
  table: Table,
  column: string | number,
): { readonly column: Float64Array; readonly rest: Table } {
  const [rows, width] = table.shape;
  const taken = columnAt(table.columns, column);
  const columns = table.columns.filter((_, at) => at !== taken);
  const categories = new Map([...table.categories].filter(([name]) => name !== table.columns[taken]));
  const rest: Table = {
    shape: [rows, width - 1],
    data: table.data.filter((_, i) => i % width !== taken),
    columns,
    categories,
  };
  return { column: table.data.filter((_, i) => i % width === taken), rest };
}

/**
 * The rows as examples, labelled by a column. Its classes are the texts of the column if those were numbered, else the
 * names that are given, else the numbers from 0 to the largest label. Throws as `takeColumn` and `examplesOf` do.
 */
export function tableExamples(
  table: Table,
  column: string | number,
  classes?: readonly string[],
): Examples<Float64Array> {
  const { column: labels, rest } = takeColumn(table, column);
  const known = classes ?? table.categories.get(table.columns[columnAt(table.columns, column)] ?? "");
  return examplesOf({ shape: rest.shape, data: rest.data }, labels, known ?? numerals(labels));
}

// A field without a text is missing, not a category.
const textsOf = (rows: readonly Row[], at: number): readonly string[] =>
  [...new Set(rows.map(({ fields }) => fields[at] ?? ""))].filter(text => text !== "").sort();

interface Row {
  /** The line on which the row ends, from 1 on. */
  readonly line: number;
  readonly fields: readonly string[];
}

function rowsOf(text: string, { separator = ",", skip = 0 }: CsvOptions): readonly Row[] {
  if (separator.length === 0) throw new FluxionError("bad-option", "a separator is at least one letter");
  if (!Number.isInteger(skip) || skip < 0) {
    throw new FluxionError("bad-option", `skip is a number of lines, got ${skip}`);
  }
  const lines: number[] = [];
  try {
    const records = parse(text, {
      bom: true,
      delimiter: separator,
      from_line: skip + 1,
      // Rows of other widths are told with their place below.
      relax_column_count: true,
      skip_empty_lines: true,
      trim: separator.trim() !== "",
      on_record: (record: string[], { lines: line }) => {
        lines.push(line);
        return record;
      },
    });
    return records.map((fields, at) => ({ fields, line: lines[at] ?? 0 }));
  } catch (error) {
    if (error instanceof CsvError) throw new FluxionError("bad-data", `this is no table: ${error.message}`);
    throw error;
  }
}

// What is taken for names by mistake is a row lost: in doubt, the user says.
function isHeader({ fields, line }: Row, categories: readonly (string | number)[]): boolean {
  if (categories.some(column => typeof column === "string")) return true;
  const texts = new Set(categories.map(column => columnAt(fields, column)));
  const others = fields.filter((_, at) => !texts.has(at));
  const values = others.filter(field => isNumber(field) || isMissing(field)).length;
  if (values === 0 || values === others.length) return values < others.length;
  throw new FluxionError(
    "bad-data",
    `line ${line} holds texts beside numbers, or beside nothing: say whether it names the columns by \`header\`, or leave it out by \`skip\``,
  );
}

function headerOf({ fields }: Row): readonly string[] {
  const names = new Set<string>();
  for (const [at, name] of fields.entries()) {
    if (name === "") throw new FluxionError("bad-data", `column ${at} has no name in the header`);
    if (names.has(name)) throw new FluxionError("bad-data", `two columns have the name ${name}`);
    names.add(name);
  }
  return fields;
}

function checkWidth({ fields, line }: Row, width: number, first: number): void {
  if (fields.length === width) return;
  throw new FluxionError(
    "bad-data",
    `line ${line} has ${count(fields.length, "field")}, but line ${first} has ${count(width, "field")}`,
  );
}

// No alternative begins as another one does, so that a long field costs no more than its length.
const isNumber = (field: string): boolean => /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i.test(field);

const isMissing = (field: string): boolean => /^(?:|nan|na|n\/a|null|none|[+-]?inf(?:inity)?)$/i.test(field);

function numberAt({ fields, line }: Row, at: number, name: string | undefined): number {
  const field = fields[at] ?? "";
  const value = Number(field);
  if (isNumber(field) && Number.isFinite(value)) return value;
  const where = `line ${line}, column ${at}${name === undefined ? "" : ` (${name})`}`;
  const fault = field === "" ? "there is nothing" : `${JSON.stringify(field.slice(0, 40))} is no finite number`;
  throw new FluxionError("bad-data", `${where}: ${fault}; texts can be numbered as \`categories\``);
}

function columnAt(columns: readonly string[], column: string | number): number {
  const at = typeof column === "string" ? columns.indexOf(column) : column < 0 ? columns.length + column : column;
  if (at in columns) return at;
  const known =
    typeof column === "string" ? suggestion(column, columns) : `: there are ${count(columns.length, "column")}`;
  throw new FluxionError("bad-option", `there is no column ${column}${known}`);
}

function numerals(labels: Float64Array): readonly string[] {
  const largest = labels.reduce((most, label) => Math.max(most, label), 0);
  // As many names as there are labels, at most: a label beyond is none.
  return Array.from({ length: Math.min(largest + 1, labels.length) }, (_, label) => String(label));
}
