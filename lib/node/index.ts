export { readCifar10File, readCsvFile, readIdxFile } from "./files.ts";
export { type MnistOptions, readCifar10Folder, readMnistFolder } from "./folders.ts";
export { type Interruption, untilInterrupted } from "./interrupt.ts";
export { loadModelFile, loadTrainingStateFile, saveModelFile, saveTrainingStateFile } from "./models.ts";
export { type Progress, type ProgressOptions, progress } from "./progress.ts";
