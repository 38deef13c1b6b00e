export { elementsOf } from './array-literal.js';
export { type BoundMask, bindMasker, type MaskerChoice, type TableFacts } from './bind.js';
export type { ColumnFacts, Value } from './column.js';
export {
  type ColumnClassification,
  type ColumnSample,
  classifyColumn,
} from './detect/classify.js';
export type { ColumnKind } from './detect/column-names.js';
export { findPersonal } from './detect/find.js';
export { type Finding, type PersonalKind, personalKinds } from './detect/finding.js';
export { maskerFor } from './detect/proposal.js';
export { nounOf } from './detect/words.js';
export { decidedAt } from './json/decided-at.js';
export { maskedLeavesOf } from './json/masked-leaves.js';
export {
  type MaskingKey,
  maskingKeyId,
  newMaskingKey,
  parseMaskingKey,
  projectMaskingKey,
} from './key.js';
export { leavingsOf } from './leavings.js';
export {
  type Binding,
  type Draw,
  type DrawBytes,
  defineMasker,
  type Keeps,
  type Kept,
  type Leavings,
  type Mask,
  type MaskBytes,
  type Masker,
  maskRoom,
} from './masker.js';
export { redactText } from './maskers/redact.js';
export type { Decisions, OptionSpec, OptionSpecs, OptionsOf, OptionValue } from './options.js';
export { Permutations } from './permute/permutation.js';
export type { Decision, MaskDecision } from './policy/decision.js';
export type { FileDecision } from './policy/files.js';
export { fitsColumn, fitsName } from './policy/lines.js';
export { parsePolicy } from './policy/parse.js';
export { type Decided, Policy } from './policy/policy.js';
export { proposalFor, writtenAs } from './policy/propose.js';
export { type PolicyLine, writePolicy } from './policy/write.js';
export { maskers, registerMasker } from './registry.js';
export { sentChoice } from './sent.js';
