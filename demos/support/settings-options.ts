import type { Settings } from "./image-training.ts";
import { numberIn, readTrainingOptions, type TrainingOptions, wordIn } from "./training-options.ts";

/** What a demo that trains by settings is told on its command line. */
export interface SettingsOptions extends TrainingOptions {
  readonly settings: Settings;
  /** How many seeds are tried, one after another from the first on. */
  readonly seeds: number;
  /** How many images are made up where no folder is given. */
  readonly images: number;
}

/**
 * Reads what `readTrainingOptions` does, `--seeds 3`, `--images 2000`, and the other settings: `--keep 0.75`, `--decay 0.0001`, `--shift 2`, `--initialise
 * he`, `--optimiser adam`, `--schedule cosine`, `--flips` and `--batch-norm`; and the demo's own texts and flags. Throws, with
 * the option, for what is no option or no such value.
 */
export function readSettings(
  args: readonly string[],
  { settings, output }: { readonly settings: Settings; readonly output: string },
  own: { readonly texts?: readonly string[]; readonly flags?: readonly string[] } = {},
): SettingsOptions {
  const options = readTrainingOptions(
    args,
    { ...settings, layers: settings.hidden, output },
    { texts: [...texts, ...(own.texts ?? [])], flags: [...flags, ...(own.flags ?? [])] },
  );
  const { layers, epochs, batch, rate, seed } = options;
  const given = (name: string, otherwise: string | number): string => options.own.get(name) ?? String(otherwise);
  const number = (name: "keep" | "decay" | "shift"): number => numberIn(name, given(name, settings[name]));
  return {
    ...options,
    seeds: numberIn("seeds", given("seeds", 1)),
    images: numberIn("images", given("images", 2000)),
    settings: {
      ...settings,
      ...{ hidden: layers, epochs, batch, rate, seed },
      ...{ keep: number("keep"), decay: number("decay"), shift: number("shift") },
      initialise: wordIn("initialise", given("initialise", settings.initialise), ["he", "glorot", "normal"]),
      optimiser: wordIn("optimiser", given("optimiser", settings.optimiser), ["sgd", "adam"]),
      schedule: wordIn("schedule", given("schedule", settings.schedule), ["constant", "cosine"]),
      flips: options.own.has("flips") || settings.flips,
      batchNorm: options.own.has("batch-norm") || settings.batchNorm,
    },
  };
}

const texts = ["seeds", "images", "keep", "decay", "shift", "initialise", "optimiser", "schedule"];
const flags = ["flips", "batch-norm"];
