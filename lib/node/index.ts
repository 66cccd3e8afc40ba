export { readCifar10File, readCsvFile, readIdxFile } from "./files.ts";
export { type MnistOptions, readCifar10Folder, readMnistFolder } from "./folders.ts";
export { loadModelFile, loadTrainingStateFile, saveModelFile, saveTrainingStateFile } from "./models.ts";
