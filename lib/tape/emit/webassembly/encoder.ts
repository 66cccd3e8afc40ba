import { type Body, buildCode, type Code } from "./body.ts";
import { type Bytes, createBytes } from "./bytes.ts";
import { type Callee, type Type, typeByte, type ValuesOf } from "./values.ts";

/**
 * A WebAssembly module in the making. Values are built with the operations of `scalars.ts` and `vectors.ts`, statements
 * with a `Body`, and `encode` writes the binary format of the WebAssembly core specification 2.0, chapter 5.
 *
 * ```ts
 * const module = createModule();
 * module.importMemory("memory", 1);
 * module.exportFunction("double", ["i32"], "none", (body, at) => {
 *   const x = load("f64x2", { base: at });
 *   body.store({ base: at }, f64x2.add(x, x));
 * });
 * instantiate(module.encode(), { memory }).get("double")?.(0);
 * ```
 */
export interface Module {
  /** A memory given from outside, of at least so many pages of 64 kB; one a module. */
  readonly importMemory: (name: string, pages: number, shared?: { readonly maximum: number }) => void;
  /** A memory of the module's own, exported under that name. */
  readonly exportMemory: (name: string, pages: number) => void;
  /** A function given from outside; not of vectors, which JavaScript cannot hold. */
  readonly importFunction: <const P extends readonly Type[], R extends Type | "none">(
    name: string,
    parameters: P,
    result: R,
  ) => Callee<P, R>;
  /** A function of the module: `build` states its body, and returns what it returns in the end. */
  readonly addFunction: <const P extends readonly Type[], R extends Type | "none">(
    parameters: P,
    result: R,
    build: Build<P, R>,
  ) => Callee<P, R>;
  /** The same, for others to call under that name. */
  readonly exportFunction: <const P extends readonly Type[], R extends Type | "none">(
    name: string,
    parameters: P,
    result: R,
    build: Build<P, R>,
  ) => Callee<P, R>;
  readonly encode: () => Uint8Array;
}

/** States a body for these parameters, and gives the value to return. */
export type Build<P extends readonly Type[], R extends Type | "none"> = (
  body: Body,
  ...parameters: ValuesOf<P>
) => R extends Type ? ValuesOf<[R]>[0] : void;

interface Defined {
  readonly callee: Callee;
  readonly code: Code;
}

interface Export {
  readonly name: string;
  readonly kind: number;
  readonly callee?: Callee;
}

interface OwnMemory {
  readonly pages: number;
  readonly imported?: string;
  readonly maximum?: number;
}

/** The one name of a group of imports: what is in it is told apart by names of its own. */
const group = "i";

const functionKind = 0;
const memoryKind = 2;

/** A module without anything in it. */
export function createModule(): Module {
  const imported: { readonly name: string; readonly callee: Callee }[] = [];
  const defined: Defined[] = [];
  const exported: Export[] = [];
  let memory: OwnMemory | undefined;

  const addFunction: Module["addFunction"] = (parameters, result, build) => {
    const callee = { parameters, result };
    const code = buildCode(parameters, (body, values) => {
      const returned = build(body, ...(values as ValuesOf<typeof parameters>));
      if (returned !== undefined) body.return(returned);
    });
    defined.push({ callee, code });
    return callee;
  };

  return {
    importMemory: (name, pages, shared) => {
      memory = { pages, imported: name, ...shared };
    },
    exportMemory: (name, pages) => {
      memory = { pages };
      exported.push({ name, kind: memoryKind });
    },
    importFunction: (name, parameters, result) => {
      const callee = { parameters, result };
      imported.push({ name, callee });
      return callee;
    },
    addFunction,
    exportFunction: (name, parameters, result, build) => {
      const callee = addFunction(parameters, result, build);
      exported.push({ name, kind: functionKind, callee });
      return callee;
    },
    encode: () => {
      const types = createTypes();
      // Imported functions are numbered first, whenever they were imported.
      const numbers = new Map<Callee, number>();
      for (const { callee } of [...imported, ...defined]) numbers.set(callee, numbers.size);
      const numberOf = (callee: Callee | undefined): number => (callee && numbers.get(callee)) ?? 0;

      const imports = imported.map(({ name, callee }) =>
        entry(bytes => {
          bytes.text(group);
          bytes.text(name);
          bytes.byte(functionKind);
          bytes.unsigned(types.numberOf(callee));
        }),
      );
      if (memory?.imported !== undefined) imports.push(memoryImport(memory.imported, memory));
      const functions = defined.map(({ callee }) => entry(bytes => bytes.unsigned(types.numberOf(callee))));
      const memories = memory !== undefined && memory.imported === undefined ? [entry(limits(memory))] : [];
      const exports = exported.map(({ name, kind, callee }) =>
        entry(bytes => {
          bytes.text(name);
          bytes.byte(kind);
          bytes.unsigned(numberOf(callee));
        }),
      );
      const codes = defined.map(({ code }) => entry(bytes => writeCode(bytes, code, numberOf)));

      const out = createBytes(1024);
      out.list([0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
      writeSection(out, 1, types.entries());
      writeSection(out, 2, imports);
      writeSection(out, 3, functions);
      writeSection(out, 5, memories);
      writeSection(out, 7, exports);
      writeSection(out, 10, codes);
      return out.view();
    },
  };
}

type Write = (bytes: Bytes) => void;

function entry(write: Write): Uint8Array {
  const bytes = createBytes(64);
  write(bytes);
  return bytes.view();
}

function writeSection(out: Bytes, number: number, entries: readonly Uint8Array[]): void {
  if (entries.length === 0) return;
  const content = createBytes(1024);
  content.unsigned(entries.length);
  for (const each of entries) content.list(each);
  out.byte(number);
  out.counted(content.view());
}

function writeCode(out: Bytes, { bytes, calls }: Code, numberOf: (callee: Callee) => number): void {
  out.unsigned(bytes.length);
  const start = out.length();
  out.list(bytes);
  for (const [place, callee] of calls) out.patch(start + place, numberOf(callee));
}

const limits =
  ({ pages, maximum }: OwnMemory): Write =>
  bytes => {
    // Shared memory must say how large it may become.
    bytes.byte(maximum === undefined ? 0 : 3);
    bytes.unsigned(pages);
    if (maximum !== undefined) bytes.unsigned(maximum);
  };

const memoryImport = (name: string, memory: OwnMemory): Uint8Array =>
  entry(bytes => {
    bytes.text(group);
    bytes.text(name);
    bytes.byte(memoryKind);
    limits(memory)(bytes);
  });

interface Types {
  readonly numberOf: (callee: Callee) => number;
  readonly entries: () => readonly Uint8Array[];
}

// Each type of function once, in the order of first use.
function createTypes(): Types {
  const found = new Map<string, { readonly number: number; readonly bytes: Uint8Array }>();
  return {
    numberOf: ({ parameters, result }) => {
      const bytes = entry(each => {
        each.byte(0x60);
        each.counted(parameters.map(type => typeByte[type]));
        each.counted(result === "none" ? [] : [typeByte[result]]);
      });
      const key = bytes.join(" ");
      const type = found.get(key) ?? { number: found.size, bytes };
      found.set(key, type);
      return type.number;
    },
    entries: () => [...found.values()].map(({ bytes }) => bytes),
  };
}
