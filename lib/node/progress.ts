import cliProgress from "cli-progress";
import type { TrainOptions } from "../learn/train-options.ts";

/** Where a bar is drawn: standard error, unless said. */
export interface ProgressOptions {
  readonly stream?: { readonly isTTY?: boolean };
}

/** What draws a bar, as options of `train`. */
export interface Progress extends Required<Pick<TrainOptions, "onStep" | "onEpoch">> {
  /** Leaves the bar as it is and the line to others; it comes back with the next step. */
  readonly pause: () => void;
}

/**
 * Draws how far a training is, while it goes on: `train(model, data, { ...options, ...progress() })`. Nothing is drawn where
 * the stream is no terminal. Wherever something is printed in between, `pause` comes first; and at the end, too, where that is not
 * the last epoch.
 */
export function progress({ stream = process.stderr }: ProgressOptions = {}): Progress {
  if (stream.isTTY !== true) return { onStep: nothing, onEpoch: nothing, pause: nothing };
  let bar: cliProgress.SingleBar | undefined;
  const pause = (): void => {
    bar?.stop();
    bar = undefined;
  };
  return {
    pause,
    onStep({ epoch, step, loss, accuracy }, { epochs, stepsPerEpoch }) {
      const told = {
        epoch,
        epochs,
        loss: loss.toPrecision(4),
        accuracy: accuracy === undefined ? "" : percent(accuracy),
      };
      const done = (epoch - 1) * stepsPerEpoch + step;
      if (bar === undefined) {
        bar = new cliProgress.SingleBar({ format, stream: stream as NodeJS.WriteStream, hideCursor: true }, shades);
        bar.start(epochs * stepsPerEpoch, done, told);
      } else bar.update(done, told);
    },
    onEpoch({ epoch }, { epochs }) {
      if (epoch === epochs) pause();
    },
  };
}

const format = "{bar} epoch {epoch} of {epochs}, loss {loss}{accuracy}, {eta_formatted} left";
const shades = cliProgress.Presets.shades_classic;

const percent = (share: number): string => `, ${(100 * share).toFixed(1)} % right`;

const nothing = (): void => undefined;
