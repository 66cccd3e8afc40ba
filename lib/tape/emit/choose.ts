import { FluxionError } from "../../expression/error.ts";
import { describe } from "../../expression/expression.ts";

/** Generated code; WebAssembly; or neither, for pages whose policy forbids both. */
export type BackendName = "javascript" | "interpreter" | "webassembly";

/**
 * What `build` makes with the back-end that was asked for; where none was, with the first of `order` that the engine and
 * the page's policy allow, else with the interpreter.
 *
 * Throws `bad-option` for another name, `unsupported` if what was asked for cannot be had.
 */
export function choose<Backend, T>(
  backends: Readonly<Record<BackendName, Backend>>,
  asked: BackendName | undefined,
  order: readonly BackendName[],
  build: (backend: Backend) => T,
): T {
  if (asked !== undefined && !Object.hasOwn(backends, asked)) {
    const names = Object.keys(backends).map(name => JSON.stringify(name));
    throw new FluxionError("bad-option", `a back-end is one of ${names.join(", ")}, got ${describe(asked)}`);
  }
  for (const name of asked === undefined ? order : [asked]) {
    try {
      return build(backends[name]);
    } catch (error) {
      const obstacle = obstacleOf(name, error);
      if (obstacle === undefined) throw error;
      if (asked !== undefined) throw obstacle;
    }
  }
  return build(backends.interpreter);
}

/** That a back-end cannot be had, and what to do. */
export const refused = (why: string): FluxionError =>
  new FluxionError("unsupported", `${why}; leave out the option backend, or set it to "interpreter"`);

/** What to say if the error tells that a back-end cannot be had here, or not for what is so large. */
function obstacleOf(name: BackendName, error: unknown): Error | undefined {
  if (!(error instanceof Error)) return undefined;
  if (name === "javascript" && error instanceof EvalError) {
    return refused("the policy of this page forbids generated code");
  }
  if (name !== "webassembly") return undefined;
  if (error.name === "CompileError") return refused("the policy of this page forbids WebAssembly");
  // Memory that there is not, or modules that some browsers do not compile at once. What no back-end does, the others say too.
  const isLimit = error instanceof RangeError || (error instanceof FluxionError && error.code === "unsupported");
  return isLimit ? error : undefined;
}
