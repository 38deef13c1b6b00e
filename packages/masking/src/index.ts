export { bindMasker, type MaskerChoice } from './bind.js';
export type { ColumnFacts, Value } from './column.js';
export { type MaskingKey, newMaskingKey, parseMaskingKey } from './key.js';
export {
  type Binding,
  type Draw,
  defineMasker,
  type Keeps,
  type Kept,
  type Mask,
  type Masker,
  type OptionSpec,
  type OptionSpecs,
  type OptionsOf,
  type OptionValue,
} from './masker.js';
export type { Decision, MaskDecision } from './policy/decision.js';
export { parsePolicy } from './policy/parse.js';
export type { Policy } from './policy/policy.js';
export { proposalFor, writtenAs } from './policy/propose.js';
export { maskers, registerMasker } from './registry.js';
