import * as v from "valibot";
import { type NamedArrays, readSafetensors, writeSafetensors } from "../data/safetensors.ts";
import { FluxionError } from "../expression/error.ts";

/** What a file may hold, said in the file itself, so that none is taken for another. */
export type StoredKind = "model" | "training state";

/** The bytes of a safetensors file that says what it holds. Throws as `writeSafetensors` does. */
export const storedBytes = (kind: StoredKind, { arrays, metadata }: NamedArrays): Uint8Array =>
  writeSafetensors({ arrays, metadata: new Map([[mark, `${kind} ${version}`], ...metadata]) });

/** The arrays and texts of a file of this kind. Throws `bad-data` as `readSafetensors` does, and for a file of another kind. */
export function readStored(kind: StoredKind, bytes: Uint8Array): NamedArrays {
  const file = readSafetensors(bytes);
  const found = file.metadata.get(mark);
  if (found === `${kind} ${version}`) return file;
  const what = found === undefined ? "a file of arrays alone" : `a file of "${found}"`;
  throw new FluxionError("bad-data", `a ${kind} is read from a file of "${kind} ${version}", this is ${what}`);
}

/** A value as JSON, in which numbers that JSON has not, such as -0, are texts. */
export const toJsonText = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === "number" && isSpecial(part) ? textOf(part) : part));

/** What a text of JSON holds, checked. Throws `bad-data`, with the place in `what`. */
export function fromJsonText<S extends v.GenericSchema>(what: string, schema: S, text: string): v.InferOutput<S> {
  const result = v.safeParse(schema, parsed(what, text));
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new FluxionError("bad-data", `${[what, v.getDotPath(issue)].filter(Boolean).join(", at ")}: ${issue.message}`);
}

/** A number as `toJsonText` writes it. */
export const numberSchema: v.GenericSchema<unknown, number> = v.union([
  v.number(),
  v.pipe(v.picklist(["-0", "NaN", "Infinity", "-Infinity"]), v.transform(Number)),
]);

/** What `read` makes of something in a file, with whatever is wrong told as a fault of the file. */
export function inFile<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof FluxionError) || error.code === "bad-data") throw error;
    throw new FluxionError("bad-data", `${what}: ${error.message}`);
  }
}

/** A text that the file must have. */
export function textIn(metadata: ReadonlyMap<string, string>, name: string): string {
  const text = metadata.get(name);
  if (text !== undefined) return text;
  throw new FluxionError("bad-data", `the file lacks its text "${name}"`);
}

const mark = "fluxion";
const version = 1;

const isSpecial = (number: number): boolean => !Number.isFinite(number) || Object.is(number, -0);

const textOf = (number: number): string => (Object.is(number, -0) ? "-0" : String(number));

function parsed(what: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new FluxionError("bad-data", `${what} is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}
