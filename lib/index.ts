export type { BackwardOptions } from "./calculus/backward.ts";
export { differentiate } from "./calculus/differentiate.ts";
export { explainDerivative } from "./calculus/explain.ts";
export { type Gradient, gradient } from "./calculus/gradient.ts";
export { hessian, jacobian, type SparseMatrix } from "./calculus/jacobian.ts";
export type { GradientOptions } from "./calculus/seed.ts";
export { taylor } from "./calculus/taylor.ts";
export {
  type WithGradient,
  type WithGradientOptions,
  withGradient,
} from "./calculus/with-gradient.ts";
export {
  type ComputedArray,
  type EvaluateOptions,
  evaluate,
  evaluateArray,
  evaluateDefinitions,
} from "./evaluate.ts";
export { defineFunction, type FunctionDefinition } from "./expression/define-function.ts";
export {
  type Definition,
  type Definitions,
  define,
  freeVariables,
  inline,
  mapDefinitions,
  substitute,
} from "./expression/definition.ts";
export { type EinsumOperand, einsum } from "./expression/einsum.ts";
export { type ErrorCode, FluxionError, type Span } from "./expression/error.ts";
export {
  asExpr,
  type Call,
  type Condition,
  type Constant,
  call,
  constant,
  type Delta,
  delta,
  type Expr,
  type Extent,
  extent,
  type FunctionRow,
  type Helper,
  type Identity,
  type Index,
  type IndexOperand,
  type IndexTerm,
  index,
  isExpr,
  type Language,
  type LatexForm,
  type NativeForm,
  type Operand,
  type Operator,
  type Reduction,
  type ReductionKind,
  rebuild,
  reduction,
  type Spelling,
  scaleIndex,
  shift,
  type Variable,
  variable,
} from "./expression/expression.ts";
export {
  type Algebra,
  countDistinctNodes,
  countNodes,
  countOperations,
  type Demand,
  fold,
  freeIndices,
  type Memo,
  topologicalOrder,
} from "./expression/fold.ts";
export * from "./expression/functions.ts";
export { renameIndices } from "./expression/indices.ts";
export { logsumexp, maximum, mean, minimum, sum } from "./expression/reductions.ts";
export type { FlatArray, NestedArray, Value, Values } from "./expression/values.ts";
export { type CodeLanguage, type CodeOptions, toCode } from "./print/code.ts";
export { type DotOptions, toDot } from "./print/dot.ts";
export { fromJSON, type JsonExpression, type JsonIndex, type JsonNode, toJSON } from "./print/json.ts";
export { type DerivativeName, type LatexOptions, toLatex } from "./print/latex.ts";
export { type MatrixOptions, toMatrixForm } from "./print/matrix.ts";
export { sharedDefinitions } from "./print/shared.ts";
export { type Derivation, type Step, stepsToLatex, stepsToString } from "./print/steps.ts";
export { type TextOptions, toString } from "./print/text.ts";
export type { Assumed, Assumption } from "./simplify/assume.ts";
export { type ExplainOptions, type Explanation, explain } from "./simplify/explain.ts";
export { contractionRules, defineRule, type Rule, type RuleDefinition, rulesOf, tableRules } from "./simplify/rule.ts";
export { type SimplifyOptions, simplify, simplifyAll } from "./simplify/simplify.ts";
export { type Stabilisation, stabilisations, stabilise, stabiliseAll } from "./simplify/stabilise.ts";
export { type ParseOptions, parse, parseDefinitions } from "./syntax/parse.ts";
export { math } from "./syntax/template.ts";
export { type CompileOptions, compile, compileGradient } from "./tape/compile.ts";
export { costOf, type TapeCost } from "./tape/cost.ts";
export { createProgram, type Program, type ProgramArray, type ProgramOptions } from "./tape/program.ts";
export { type Computed, type ScheduleOptions, schedule } from "./tape/schedule.ts";
export type { GradientFunction } from "./tape/straight-line.ts";
export type {
  Accumulation,
  Assignment,
  LoopStep,
  Nest,
  ProductStep,
  Statement,
  Step as TapeStep,
  Tape,
  TapeArray,
} from "./tape/tape.ts";
export { tapeToString } from "./tape/text.ts";
