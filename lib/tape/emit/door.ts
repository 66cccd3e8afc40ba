import { FluxionError } from "../../expression/error.ts";

/** Says that a compiled function was called with too few numbers. */
export function refuse(
  what: "arguments" | "parameters" | "places in the gradient" | "data",
  wanted: number,
  got: number,
): never {
  throw new FluxionError("bad-value", `a compiled function takes ${wanted} ${what}, got ${got}`);
}
