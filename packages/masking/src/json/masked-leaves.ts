import type { MaskerChoice } from '../bind.js';
import { leavingsOf } from '../leavings.js';
import { type Decision, maskDecision, strictest } from '../policy/decision.js';
import { parsePath } from './path.js';
import { type Fate, rewriteJson } from './rewrite.js';

/** A text or a number of a document that a mask stands for, as it was. */
export interface MaskedLeaf {
  readonly text: string;
  readonly isNumber: boolean;
  /** Something of it may have stayed. */
  readonly isPart: boolean;
}

/**
 * What a mask stands for in documents: with the masker `json` what its paths mask, with any other
 * all. Keys are not told.
 * @returns a function that gives null for what is no JSON
 */
export function maskedLeavesOf(choice: MaskerChoice): (text: string) => MaskedLeaf[] | null {
  const { paths: given, others } = choice.options;
  const byPath = choice.masker === 'json' && typeof given === 'object' ? given : null;
  const lines: Readonly<Record<string, Decision>> = byPath ?? { $: maskDecision(choice) };
  const decisions = Object.values(lines);
  const paths = Object.keys(lines).map((path) => parsePath(path) ?? []);
  let found: MaskedLeaf[] = [];
  const fates = decisions.map((decision): Fate => {
    if (decision.kind !== 'mask') return decision.kind === 'deny' ? 'drop' : 'keep';
    const isPart = leavingsOf(decision) !== null;
    return (literal) => {
      const isNumber = !literal.startsWith('"');
      found.push({ text: isNumber ? literal : JSON.parse(literal), isNumber, isPart });
      return literal;
    };
  });
  const fateAt = (ended: readonly number[]) => {
    const decision = strictest(ended.map((i) => decisions[i] as Decision));
    return decision && (fates[decisions.indexOf(decision)] as Fate);
  };
  const rest = byPath && others !== 'keep' ? 'drop' : 'keep';
  return (text) => {
    found = [];
    return rewriteJson(text, paths, fateAt, rest, (key) => key) === null ? null : found;
  };
}
