/** The real functions that Math lacks and the table needs, by topic. */
export * from "./elementary.ts";
export * from "./error-function.ts";
export * from "./gamma.ts";
