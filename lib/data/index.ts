export { asRows, type DataArray, type Elements, takeRows } from "./array.ts";
export { type Cifar10Options, cifar10Classes, readCifar10 } from "./cifar10.ts";
export { type CsvOptions, readCsv, type Table, tableExamples, takeColumn } from "./csv.ts";
export { type DecompressOptions, decompress } from "./decompress.ts";
export {
  countLabels,
  type Examples,
  examplesOf,
  joinExamples,
  onlyClasses,
  type Splits,
  setAside,
  takeExamples,
} from "./examples.ts";
export { flipImages, flipSome } from "./flip.ts";
export { readIdx } from "./idx.ts";
export { imagesToSvg, type PictureOptions } from "./picture.ts";
export { type Random, randomStream } from "./random.ts";
export { type NamedArrays, readSafetensors, writeSafetensors } from "./safetensors.ts";
export { shiftSome } from "./shift.ts";
export { type Grouping, type Scales, type Standardiser, standardise, standardiserOf } from "./standardise.ts";
export { type SyntheticOptions, syntheticImages } from "./synthetic.ts";
