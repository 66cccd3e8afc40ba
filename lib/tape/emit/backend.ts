import type { Block } from "../block.ts";
import { type BackendName, choose, refused } from "./choose.ts";
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

const backends: Readonly<Record<BackendName, LoopBackend>> = {
  javascript: { name: "javascript", storesOf: plainStores, blockOf: javascriptBlock, productOf: javascriptProduct },
  interpreter: { name: "interpreter", storesOf: plainStores, blockOf: interpretedBlock, productOf: interpretedProduct },
  webassembly: {
    name: "webassembly",
    storesOf: vectorStores,
    blockOf: webassemblyBlock,
    productOf: webassemblyProduct,
  },
};

/**
 * What `build` makes with the back-end of that name. Where none is named: WebAssembly, else JavaScript, else the interpreter,
 * as the engine and the page's policy allow; but JavaScript before WebAssembly where the innermost loops take few `turns`.
 *
 * Throws `bad-option` for another name, `unsupported` if what was asked for cannot be had.
 */
export const usingBackend = <T>(name: BackendName | undefined, turns: number, build: (backend: LoopBackend) => T): T =>
  choose(backends, name, turns < fewTurns ? ["javascript", "webassembly"] : ["webassembly", "javascript"], build);

// A function of WebAssembly takes longer to make and to call than one of JavaScript, which its vectors make up for only
// in longer loops.
const fewTurns = 256;

function vectorStores(amounts: Amounts): Stores {
  if (!hasVectors()) throw refused("this engine has no WebAssembly with vectors");
  return linearStores(amounts);
}

function plainStores({ numbers, integers, room, type }: Amounts): Stores {
  return {
    numbers: type === "f32" ? new Float32Array(numbers) : new Float64Array(numbers),
    work: new Float64Array(room),
    integers: new Int32Array(integers),
  };
}
