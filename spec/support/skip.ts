/** What the specs of this process left out, and why. */
export interface Skip {
  readonly reason: string;
  readonly count: number;
}

export const skips: Skip[] = [];

/** Records that a spec left out `count` checks, so that the report of the run says so. */
export function skipped(reason: string, count = 1): void {
  skips.push({ reason, count });
}
