import { FluxionError } from "../../expression/error.ts";
import { describe } from "../../expression/expression.ts";
import type { Block } from "../block.ts";
import { interpretedBlock } from "./loops/interpreter.ts";
import { javascriptBlock } from "./loops/javascript.ts";
import type { Amounts, Memory, Product, Stores } from "./machine.ts";
import { interpretedProduct } from "./product/interpreter.ts";
import { javascriptProduct } from "./product/javascript.ts";
import { hasVectors } from "./webassembly/engine.ts";
import { linearStores } from "./webassembly/linear.ts";
import { webassemblyBlock } from "./webassembly/loops.ts";
import { webassemblyProduct } from "./webassembly/product.ts";

/** What makes functions of the parts of a tape, each bound to the memory that it works on. */
export interface LoopBackend {
  readonly name: BackendName;
  /** Makes the memory that all functions of a program work on. */
  readonly storesOf: (amounts: Amounts) => Stores;
  /** Runs the block. */
  readonly blockOf: (block: Block, memory: Memory) => () => void;
  /** Fills the target of a matrix product with so many times the product. */
  readonly productOf: (product: Product, memory: Memory) => (scale: number) => void;
}

/** Generated code, with vectors in WebAssembly; or none, for pages whose policy forbids it. */
export type BackendName = "javascript" | "interpreter" | "webassembly";

const backends: Readonly<Record<BackendName, LoopBackend>> = {
  javascript: { name: "javascript", storesOf: plainStores, blockOf: javascriptBlock, productOf: javascriptProduct },
  interpreter: { name: "interpreter", storesOf: plainStores, blockOf: interpretedBlock, productOf: interpretedProduct },
  webassembly: {
    name: "webassembly",
    storesOf: linearStores,
    blockOf: webassemblyBlock,
    productOf: webassemblyProduct,
  },
};

/**
 * What `build` makes with the back-end of that name; where none is named, with generated code, or without it if that is
 * forbidden. Throws `bad-option` for another name, `unsupported` if generated code is forbidden and was asked for.
 */
export function usingBackend<T>(name: BackendName | undefined, build: (backend: LoopBackend) => T): T {
  if (name === "interpreter") return build(backends.interpreter);
  if (name === "webassembly") return usingVectors(build);
  if (name !== undefined && name !== "javascript") {
    throw new FluxionError(
      "bad-option",
      `a back-end is "javascript", "webassembly" or "interpreter", got ${describe(name)}`,
    );
  }
  try {
    return build(backends.javascript);
  } catch (error) {
    if (!(error instanceof EvalError)) throw error;
    if (name === undefined) return build(backends.interpreter);
    throw new FluxionError(
      "unsupported",
      'the policy of this page forbids generated code; leave out the option backend, or set it to "interpreter"',
    );
  }
}

function usingVectors<T>(build: (backend: LoopBackend) => T): T {
  const refused = (why: string): FluxionError =>
    new FluxionError("unsupported", `${why}; leave out the option backend, or set it to "interpreter"`);
  if (!hasVectors()) throw refused("this engine has no WebAssembly with vectors");
  try {
    return build(backends.webassembly);
  } catch (error) {
    if (!(error instanceof Error && error.name === "CompileError")) throw error;
    throw refused("the policy of this page forbids WebAssembly");
  }
}

function plainStores({ numbers, integers, room, type }: Amounts): Stores {
  return {
    numbers: type === "f32" ? new Float32Array(numbers) : new Float64Array(numbers),
    work: new Float64Array(room),
    integers: new Int32Array(integers),
  };
}
