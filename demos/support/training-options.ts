import { parseArgs } from "node:util";

/** What every training demo is told on its command line. */
export interface TrainingOptions {
  /** The folder of the data; made-up images are taken without one. */
  readonly data: string | undefined;
  readonly seed: number;
  readonly epochs: number;
  /** How many samples a step uses. */
  readonly batch: number | "all";
  readonly rate: number;
  /** The sizes of the hidden layers; none for a linear model. */
  readonly layers: readonly number[];
  /** How many labelled examples are drawn. */
  readonly show: number;
  /** The file that the curves are drawn into. Other pictures go beside it. */
  readonly output: string;
  /** The file that the trained model is saved in; nothing is saved unless said. */
  readonly save: string | undefined;
  /** The demo's own options that are given, with their texts; flags have the text "true". */
  readonly own: ReadonlyMap<string, string>;
}

/** What holds unless an option says otherwise. */
export type TrainingDefaults = Pick<TrainingOptions, "seed" | "epochs" | "batch" | "rate" | "layers" | "output"> &
  Partial<Pick<TrainingOptions, "show">>;

/** The names of options that only one demo has: those with a text, and flags. */
export interface OwnOptions {
  readonly texts?: readonly string[];
  readonly flags?: readonly string[];
}

/**
 * Reads `--data FOLDER`, `--seed 1`, `--epochs 5`, `--batch 100` (or `1`, or `all`), `--rate 0.1`, `--layers 200,100` (`--layers ""`
 * for none), `--show 20`, `--output curves.svg`, `--save model.safetensors`, and the demo's own options. Throws, with the option,
 * for what is no option or no such value.
 */
export function readTrainingOptions(
  args: readonly string[],
  defaults: TrainingDefaults,
  own: OwnOptions = {},
): TrainingOptions {
  const { values } = parseArgs({ args: [...args], options: optionsWith(own) });
  const given = new Map(Object.entries(values).map(([name, value]) => [name, String(value)]));
  const count = (name: "seed" | "epochs" | "show", otherwise: number, least: number): number =>
    given.has(name) ? integer(name, given.get(name), least) : otherwise;
  const [batch, rate, layers] = [given.get("batch"), given.get("rate"), given.get("layers")];
  return {
    data: given.get("data"),
    seed: count("seed", defaults.seed, Number.MIN_SAFE_INTEGER),
    epochs: count("epochs", defaults.epochs, 1),
    batch: batch === undefined ? defaults.batch : batch === "all" ? batch : integer("batch", batch, 1, ', or "all"'),
    rate: rate === undefined ? defaults.rate : numberIn("rate", rate),
    layers: layers === undefined ? defaults.layers : sizesIn("layers", layers),
    show: count("show", defaults.show ?? 0, 0),
    output: given.get("output") ?? defaults.output,
    save: given.get("save"),
    own: new Map([...given].filter(([name]) => !common.includes(name))),
  };
}

/** The number from 0 on that an option says. */
export function numberIn(name: string, text: string): number {
  const number = Number(text);
  if (text.trim() !== "" && Number.isFinite(number) && number >= 0) return number;
  throw new Error(`--${name} is a number from 0 on, got ${text}`);
}

/** Sizes separated by commas: none in an empty text. */
export const sizesIn = (name: string, text: string): readonly number[] =>
  text.trim() === "" ? [] : text.split(",").map(size => integer(name, size, 1));

/** One of the words that an option may be. */
export function wordIn<const T extends string>(name: string, text: string, known: readonly T[]): T {
  const found = known.find(each => each === text);
  if (found !== undefined) return found;
  throw new Error(`--${name} is ${known.join(" or ")}, got ${text}`);
}

function integer(name: string, text = "", least: number, otherwise = ""): number {
  const number = Number(text);
  if (text.trim() !== "" && Number.isSafeInteger(number) && number >= least) return number;
  const from = least === Number.MIN_SAFE_INTEGER ? "" : ` from ${least} on`;
  throw new Error(`--${name} is an integer${from}${otherwise}, got ${text}`);
}

const common = ["data", "seed", "epochs", "batch", "rate", "layers", "show", "output", "save"];

const optionsWith = ({
  texts = [],
  flags = [],
}: OwnOptions): Readonly<Record<string, { readonly type: "string" | "boolean" }>> =>
  Object.fromEntries([
    ...[...common, ...texts].map(name => [name, { type: "string" as const }] as const),
    ...flags.map(name => [name, { type: "boolean" as const }] as const),
  ]);
