import { FluxionError } from "../../expression/error.ts";
import { describe } from "../../expression/expression.ts";
import type { Block } from "../block.ts";
import { interpretedBlock } from "./loops/interpreter.ts";
import { javascriptBlock } from "./loops/javascript.ts";
import type { Memory, Product } from "./machine.ts";
import { interpretedProduct } from "./product/interpreter.ts";
import { javascriptProduct } from "./product/javascript.ts";

/** What makes functions of the parts of a tape, each bound to the memory that it works on. */
export interface LoopBackend {
  readonly name: BackendName;
  /** Runs the block. */
  readonly blockOf: (block: Block, memory: Memory) => () => void;
  /** Fills the target of a matrix product with so many times the product. */
  readonly productOf: (product: Product, memory: Memory) => (scale: number) => void;
}

/** Generated code, or none, for pages whose policy forbids it. */
export type BackendName = "javascript" | "interpreter";

const backends: Readonly<Record<BackendName, LoopBackend>> = {
  javascript: { name: "javascript", blockOf: javascriptBlock, productOf: javascriptProduct },
  interpreter: { name: "interpreter", blockOf: interpretedBlock, productOf: interpretedProduct },
};

/**
 * What `build` makes with the back-end of that name; where none is named, with generated code, or without it if that is
 * forbidden. Throws `bad-option` for another name, `unsupported` if generated code is forbidden and was asked for.
 */
export function usingBackend<T>(name: BackendName | undefined, build: (backend: LoopBackend) => T): T {
  if (name === "interpreter") return build(backends.interpreter);
  if (name !== undefined && name !== "javascript") {
    throw new FluxionError("bad-option", `a back-end is "javascript" or "interpreter", got ${describe(name)}`);
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
