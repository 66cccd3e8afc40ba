/** Keeps account of the cases of one file: which failed, how near the nearest came to failing, and which took longest. */
export interface Accounts {
  /** Judges one case by its error, which has to be at most the tolerance. */
  readonly judge: (id: string, tolerance: number, error: () => number) => void;
  /** Judges one case by a claim, which must not throw. */
  readonly holds: (id: string, claim: () => void) => void;
  /** Notes a case that asks for what is not promised. */
  readonly notClaimed: (reason: string) => void;
  /** Prints the account, and returns the failures. */
  readonly close: () => readonly string[];
}

/** An account that begins. */
export function accounts(name: string): Accounts {
  const failures: string[] = [];
  const left = new Map<string, number>();
  let count = 0;
  let worst: { readonly id: string; readonly ratio: number } | undefined;
  let longest = { id: "none", milliseconds: 0 };
  let total = 0;

  const timed = (id: string, claim: () => string | undefined): void => {
    const start = performance.now();
    let failure: string | undefined;
    try {
      failure = claim();
    } catch (thrown) {
      failure = String(thrown).slice(0, 200);
    }
    const milliseconds = performance.now() - start;
    count++;
    total += milliseconds;
    if (failure !== undefined) failures.push(`${id}: ${failure}`);
    if (milliseconds > longest.milliseconds) longest = { id, milliseconds };
  };

  return {
    judge: (id, tolerance, error) =>
      timed(id, () => {
        const ratio = error() / tolerance;
        if (!(ratio <= 1)) return `off by ${ratio} times the tolerance`;
        if (worst === undefined || ratio > worst.ratio) worst = { id, ratio };
        return undefined;
      }),
    holds: (id, claim) =>
      timed(id, () => {
        claim();
        return undefined;
      }),
    notClaimed(reason) {
      left.set(reason, (left.get(reason) ?? 0) + 1);
    },
    close() {
      const error =
        worst === undefined ? "" : `, worst error ${worst.ratio.toPrecision(2)} of the tolerance (${worst.id})`;
      const time = `longest ${longest.milliseconds.toFixed(0)} ms for ${longest.id}, all ${(total / 1000).toFixed(1)} s`;
      console.log(`${name}: ${count} cases judged${error}, ${time}`);
      for (const [reason, cases] of left) console.log(`${name}: not claimed: ${cases} (${reason})`);
      return failures;
    },
  };
}
