import { bounded, places } from './bounded.js';
import { digitsOf } from './checksums.js';
import type { Finding } from './finding.js';
import { nationalRules } from './national-rules.js';

/** How far before a number a word may stand that says what it is. */
const reach = 24;

const rules = nationalRules.map((rule) => ({
  rule,
  form: bounded(
    new RegExp(
      `(?<![\\p{L}\\p{N}]|[\\p{N}][.-])(?:${rule.form})(?![\\p{L}\\p{N}]|[-.]\\p{N})`,
      'gu',
    ),
  ),
  whole: new RegExp(`^(?:${rule.form})$`, 'u'),
  word: rule.word === undefined ? null : new RegExp(`(?<!\\p{L})(?:${rule.word})(?!\\p{L})`, 'iu'),
}));

/**
 * Numbers that states give to people, each checked by the rule of its country. Where many other
 * numbers would pass too, a word before it has to say what it is.
 */
export function* nationalIds(text: string): Generator<Finding> {
  if (!/\d{2}/.test(text)) return;
  for (const { rule, form, word } of rules) {
    for (const { value, start, end } of places(form, text)) {
      if (!rule.check(value, digitsOf(value))) continue;
      if (word && !word.test(text.slice(Math.max(0, start - reach), start))) continue;
      yield { kind: 'national-id', start, end, evidence: `a ${rule.name} by its rule` };
    }
  }
}

/** The names of the rules that a text as a whole passes, words or not: for many texts together. */
export function nationalRulesOf(text: string): string[] {
  return rules
    .filter(({ whole, rule }) => whole.test(text) && rule.check(text, digitsOf(text)))
    .map(({ rule }) => rule.name);
}
