/** How often each property is tried. */
export const numRuns: number = Number(process.env.FC_RUNS ?? 200);
