import { FluxionError } from "../expression/error.ts";
import { readingOf } from "../expression/indices.ts";
import { type Evaluation, type Evaluator, evaluationBatch, evaluatorOf } from "./evaluate-model.ts";
import { guardOf } from "./guard.ts";
import { checkedModel, type Model, type TrainedModel } from "./model.ts";
import { pauses } from "./pause.ts";
import { rateTeller, type Stepper, stepperOf } from "./stepper.ts";
import { supervised, type TrainingData } from "./supervised.ts";
import { type CheckedTraining, checkedTraining, type TrainingView, type TrainOptions } from "./train-options.ts";
import {
  type BestEpoch,
  copyOf,
  type EpochReport,
  type History,
  type Metrics,
  type StepReport,
  TrainingError,
  type TrainingState,
} from "./training-state.ts";

/** What a training came to. The arrays are those of the best epoch where there are validation data, else the last. */
export interface Training extends TrainedModel {
  readonly history: History;
  readonly best?: BestEpoch;
  /** What it was at its end, which may be gone on from: with more epochs, or after it was aborted. */
  readonly state: TrainingState;
  /** Why it ended: all epochs were done, none was better for as many as `patience` says, or its signal came. */
  readonly ended: "epochs" | "patience" | "aborted";
}

/**
 * Trains a model by mini-batches: each step, from the loss over its gradient to the update, is one run of one program. The
 * same seed gives the same bits, also where a training was stopped and went on from its state. Other things happen in
 * between, so that a signal can end it between any two steps; it then comes back with what there is.
 *
 * Throws `bad-option` and `bad-value` for options and data that do not fit, before anything is trained, and a `TrainingError`,
 * `not-finite`, where a loss or a parameter is no longer finite: its `state` is what was before that step.
 */
export async function train(model: Model, data: TrainingData, options: TrainOptions): Promise<Training> {
  checkedModel(model);
  const examples = supervised(model, data, "the training data");
  const all = checkedTraining(options, examples.count, model);
  const stepper = stepperOf(model, examples, { ...all, begin: all.resume?.arrays ?? all.begin, augment: all.augment });
  checkNames(stepper, all);
  const evaluator = all.validation && evaluatorOfValidation(model, all.validation, stepper, all);
  return run({ model, stepper, evaluator, samples: examples.count, options: all });
}

/** A training made ready. */
interface Plan {
  readonly model: Model;
  readonly stepper: Stepper;
  readonly evaluator: Evaluator | undefined;
  readonly samples: number;
  readonly options: CheckedTraining;
}

async function run(plan: Plan): Promise<Training> {
  const { model, stepper, evaluator, options } = plan;
  const { epochs, signal, validateEvery, onStep, onEpoch } = options;
  const { stepsPerEpoch, arrays } = stepper;
  const learnt = learntNames(model);
  const [guard, pause, rateOf] = [guardOf(stepper, learnt), pauses(), rateTeller(options.optimiser)];
  const log = logOf(options.resume);
  const state = (): TrainingState => stateOf(plan, log);
  const view: TrainingView = { model, arrays, epochs, stepsPerEpoch, state };

  const ended = (how: Training["ended"]): Training => {
    const last = state();
    const kept = log.best?.arrays ?? copyOf(arrays, learnt);
    const best = log.best === undefined ? {} : { best: log.best };
    return { model, arrays: kept, history: last.history, state: last, ended: how, ...best };
  };
  const number = (): number => log.epoch * stepsPerEpoch + log.step;
  const diverged = (last: number, noticed: string): TrainingError => {
    const { step, best, fault } = guard.goBack(last);
    const at = fault?.step ?? last;
    const place = `step ${(at % stepsPerEpoch) + 1} of epoch ${Math.floor(at / stepsPerEpoch) + 1}`;
    const what = `${fault?.what ?? noticed} in ${place}`;
    if (step < number()) goBackTo(log, step, stepsPerEpoch, best);
    return new TrainingError(`${what}; a smaller rate may help, and \`state\` is what was before`, state());
  };
  const validated = async (): Promise<Metrics | undefined> => {
    if (evaluator === undefined) return undefined;
    const metrics = await evaluated(evaluator(arrays), pause);
    if (Number.isFinite(metrics.loss)) return metrics;
    throw diverged(number() - 1, `the loss of the validation data came to be ${metrics.loss}`);
  };

  while (log.epoch < epochs && !isTired(log, options.patience)) {
    while (log.step < stepsPerEpoch) {
      if (signal?.aborted) return ended("aborted");
      guard.remember(number(), log.best);
      const rate = rateOf(log.steps.length);
      const metrics = stepper.take(number());
      const fault = guard.faultIn(metrics);
      if (fault !== undefined) throw diverged(number(), fault);
      log.step++;
      let report: StepReport = { epoch: log.epoch + 1, step: log.step, ...metrics, ...given({ rate }) };
      log.steps.push(report);
      if (validateEvery !== undefined && log.steps.length % validateEvery === 0) {
        report = { ...report, ...given({ validation: await validated() }) };
        log.steps[log.steps.length - 1] = report;
      }
      if (onStep !== undefined) await onStep(report, view);
      await pause();
    }
    const fault = guard.faultInArrays();
    if (fault !== undefined) throw diverged(number() - 1, fault);
    if (signal?.aborted) return ended("aborted");
    const validation = await validated();
    const report: EpochReport = { epoch: log.epoch + 1, ...meansOf(log), ...given({ validation }) };
    log.epochs.push(report);
    log.epoch++;
    log.step = 0;
    if (validation !== undefined && isBetter(validation, log.best, options.best)) {
      log.best = { epoch: log.epoch, ...validation, arrays: copyOf(arrays, learnt) };
    }
    if (onEpoch !== undefined) await onEpoch(report, view);
  }
  return ended(log.epoch < epochs ? "patience" : "epochs");
}

/** What is known of a training so far. */
interface Log {
  epoch: number;
  step: number;
  readonly steps: StepReport[];
  readonly epochs: EpochReport[];
  best: BestEpoch | undefined;
}

const logOf = (resume: TrainingState | undefined): Log => ({
  epoch: resume?.epoch ?? 0,
  step: resume?.step ?? 0,
  steps: [...(resume?.history.steps ?? [])],
  epochs: [...(resume?.history.epochs ?? [])],
  best: resume?.best,
});

/** Forgets the steps from this one on, counted over all epochs. */
function goBackTo(log: Log, step: number, stepsPerEpoch: number, best: BestEpoch | undefined): void {
  const epoch = Math.floor(step / stepsPerEpoch);
  log.steps.length -= log.epoch * stepsPerEpoch + log.step - step;
  log.epochs.length -= log.epoch - epoch;
  log.epoch = epoch;
  log.step = step % stepsPerEpoch;
  log.best = best;
}

const stateOf = ({ stepper, samples, options }: Plan, { epoch, step, steps, epochs, best }: Log): TrainingState => ({
  arrays: copyOf(stepper.arrays),
  seed: options.seed,
  ...{ epoch, step, samples, batchSize: options.batchSize },
  history: { steps: [...steps], epochs: [...epochs] },
  ...given({ best }),
});

/** The mean metrics over the samples of the steps of the epoch that has begun. */
function meansOf({ steps, step }: Log): Metrics {
  const reports = steps.slice(steps.length - step);
  const samples = reports.reduce((sum, report) => sum + report.samples, 0);
  const mean = (of: (report: StepReport) => number): number =>
    reports.reduce((sum, report) => sum + report.samples * of(report), 0) / samples;
  const hasAccuracy = reports.some(({ accuracy }) => accuracy !== undefined);
  return {
    loss: mean(({ loss }) => loss),
    ...(hasAccuracy ? { accuracy: mean(({ accuracy = Number.NaN }) => accuracy) } : {}),
  };
}

const isBetter = (now: Metrics, best: Metrics | undefined, by: "loss" | "accuracy"): boolean =>
  best === undefined || (by === "loss" ? now.loss < best.loss : (now.accuracy ?? 0) > (best.accuracy ?? 0));

const isTired = ({ epoch, best }: Log, patience: number | undefined): boolean =>
  patience !== undefined && best !== undefined && epoch - best.epoch >= patience;

async function evaluated(steps: Generator<void, Evaluation>, pause: () => Promise<void> | undefined): Promise<Metrics> {
  for (let next = steps.next(); ; next = steps.next()) {
    if (next.done === true) {
      const { loss, accuracy } = next.value;
      return { loss, ...given({ accuracy }) };
    }
    await pause();
  }
}

function evaluatorOfValidation(
  model: Model,
  validation: TrainingData,
  stepper: Stepper,
  { evaluationBatch: batch = evaluationBatch, machine }: CheckedTraining,
): Evaluator {
  return evaluatorOf(model, supervised(model, validation, "the validation data"), batch, stepper.arrays, machine);
}

/** What evaluation may read: parameters and running statistics. */
const learntNames = ({ parameters, updates = {} }: Model): ReadonlySet<string> =>
  new Set([...parameters, ...Object.keys(updates)].map(text => readingOf(text).name));

/** All that was given begins something; a state may hold more, of another optimiser, but not less. */
function checkNames({ arrays }: Stepper, { begin, resume }: CheckedTraining): void {
  const surplus = [...begin.keys()].find(name => !arrays.has(name));
  if (surplus !== undefined) {
    throw new FluxionError("bad-value", `begin has an array ${surplus}, but the training changes none of that name`);
  }
  const missing = resume && [...arrays.keys()].find(name => !resume.arrays.has(name));
  if (missing === undefined) return;
  throw new FluxionError("bad-value", `the state to go on from has no array ${missing}, which the training changes`);
}

/** Without what is undefined. */
const given = <T extends object>(values: T): { readonly [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
