/** One way to do a job: `batch` does it so many times, in a loop of its own, and returns something that depends on it. */
export interface Contender {
  readonly name: string;
  readonly batch: (times: number) => number;
}

/** What came of a contender: nanoseconds a run, and how many times the first contender's that is. */
export interface Timed {
  readonly name: string;
  readonly nanoseconds: number;
  readonly ratio: number;
  /** Half of the rounds gave a ratio between these two. */
  readonly spread: readonly [low: number, high: number];
}

/** How many rounds there are, how many milliseconds the warm-up and each batch take, and what milliseconds are told by. */
export interface Pace {
  readonly rounds?: number;
  readonly warmUp?: number;
  readonly slice?: number;
  /** `performance.now` unless said; `processorTime` where others use the machine. */
  readonly clock?: () => number;
}

/**
 * Contenders side by side: each is warmed up, batches are made about `slice` milliseconds long, and then all run in turn,
 * round after round, so that what disturbs the machine disturbs all of them. The medians over the rounds.
 */
export function sideBySide(contenders: readonly Contender[], pace: Pace = {}): readonly Timed[] {
  const running = batches(contenders, pace);
  for (;;) {
    const { done, value } = running.next();
    if (done === true) return value;
  }
}

/** The same, each batch in a job of its own: what is held for the length of a job only is free again before the next. */
export async function sideBySideInJobs(contenders: readonly Contender[], pace: Pace = {}): Promise<readonly Timed[]> {
  const running = batches(contenders, pace);
  for (;;) {
    const { done, value } = running.next();
    if (done === true) return value;
    await nextJob();
  }
}

/** Lets the present job end. */
export const nextJob = (): Promise<void> => new Promise(done => setImmediate(done));

// Pauses after each batch.
function* batches(
  contenders: readonly Contender[],
  { rounds = 41, warmUp = 400, slice = 4, clock = now }: Pace,
): Generator<void, readonly Timed[]> {
  const sizes: number[] = [];
  for (const { batch } of contenders) sizes.push(yield* batchSize(batch, warmUp, slice));
  const times: number[][] = contenders.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, { batch }] of contenders.entries()) {
      const size = sizes[i] ?? 1;
      times[i]?.push((milliseconds(() => batch(size), clock) / size) * 1e6);
      yield;
    }
  }
  return contenders.map(({ name }, i) => {
    const own = times[i] ?? [];
    const ratios = own.map((time, round) => time / (times[0]?.[round] ?? Number.NaN));
    return {
      name,
      nanoseconds: quantile(own, 0.5),
      ratio: quantile(ratios, 0.5),
      spread: [quantile(ratios, 0.25), quantile(ratios, 0.75)],
    };
  });
}

/** How long `work` takes. */
export function milliseconds(work: () => unknown, clock: () => number = now): number {
  const start = clock();
  work();
  return clock() - start;
}

/** The milliseconds that all threads of this process have computed. */
export function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const now = (): number => performance.now();

/** The value below which the share `q` of the numbers lies. */
export function quantile(numbers: readonly number[], q: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

function* batchSize(batch: Contender["batch"], warmUp: number, slice: number): Generator<void, number> {
  const end = performance.now() + warmUp;
  let size = 1;
  let time = 0;
  do {
    time = milliseconds(() => batch(size));
    if (time < slice / 2) size *= 2;
    yield;
  } while (performance.now() < end || time < slice / 4);
  return Math.max(1, Math.round((size * slice) / time));
}
