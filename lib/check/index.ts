export { type AgreeOptions, agree, type Counterexample } from "./agree.ts";
export { arbitraryExpression, arbitraryPoint, awkwardNames, type ExpressionOptions } from "./arbitrary.ts";
export type { IndexedCase } from "./case.ts";
export { type FiniteDifference, finiteDifference } from "./finite-difference.ts";
export {
  checkGradient,
  type GradientCheck,
  type GradientCheckOptions,
  type PartialCheck,
  type VariableCheck,
} from "./gradient.ts";
export { arbitraryIndexedCase, type IndexedOptions } from "./indexed.ts";
export {
  checkLaw,
  identity,
  isNear,
  type Law,
  type LawReport,
  law,
  lawOver,
  type Statement,
} from "./law.ts";
export { type Engine, laws } from "./laws.ts";
export { isRegular, type Measurement, measure, type Point, type Regularity } from "./regular.ts";
export { arbitraryInstance, checkRule, type RuleCheckOptions, type RuleInstance } from "./rule.ts";
export { type Run, runAgrees } from "./run.ts";
export { arbitrarySample, type Sample, type SampleOptions } from "./sample.ts";
