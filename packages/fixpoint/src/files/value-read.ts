import { readYamlValue } from '@hot-fixture/changes';
import type { Value, ValueKind } from '@hot-fixture/database';
import type { Field } from '@hot-fixture/document';
import { any, near, pattern, type Volatile } from '../compare/rules.js';
import { readTag } from '../compare/tag.js';
import { type ArrayTree, arrayText } from './array-text.js';

/** The tags of values that may be others at each run. */
export const tags = ['!any', '!pattern', '!near'] as const;

export interface ReadValue {
  readonly value: Value;
  readonly rule: Volatile | null;
  /** It has a rule alone, and none to restore. */
  readonly isMissing?: true;
}

/**
 * A value, and the rule that it is tagged with: `!any { value: 12 }`, or in short, with or without
 * a value, `!near 5s`.
 */
export function readTagged(field: Field, typed: boolean): ReadValue {
  const { tag } = field;
  if (tag === null) return { value: readValue(field, typed), rule: null };
  if (field.kind !== 'mapping') {
    const read = readTag(tag, field.text());
    if (typeof read === 'string') throw field.fail(read);
    const { stored, rule } = read;
    return { value: stored, rule, ...(stored === null && { isMissing: true }) };
  }
  const { value, ...given } = field.fields(
    ['value'],
    ['kind', 'matches', 'flags', 'seconds', 'of', 'by'],
  );
  return { value: readValue(value, typed), rule: ruleOf(tag, field, given) };
}

export function readValue(field: Field, typed: boolean): Value {
  return field.kind === 'list' ? arrayText(treeOf(field)) : readYamlValue(field, typed);
}

function treeOf(field: Field): ArrayTree {
  return field.list().map((it) => {
    if (it.kind === 'list') return treeOf(it);
    return it.kind === 'null' ? null : it.text();
  });
}

const kinds: readonly ValueKind[] = [
  'text',
  'integer',
  'decimal',
  'float',
  'boolean',
  'date',
  'time',
  'timestamp',
  'uuid',
  'enum',
  'json',
  'binary',
  'array',
  'other',
];

function ruleOf(tag: string, field: Field, given: Partial<Record<string, Field>>): Volatile {
  const { kind, matches, flags, seconds, of, by } = given;
  if (tag === '!any') {
    if (!kind) return any();
    const found = kinds.find((it) => it === kind.text());
    if (!found) throw kind.fail(`one of ${kinds.join(', ')} is expected`);
    return any(found);
  }
  if (tag === '!pattern') {
    if (!matches) throw field.fail('"matches" is missing: the pattern of the whole text');
    return patternOf(matches, flags);
  }
  if (by) return near({ by: numberOf(by) });
  if (!seconds) throw field.fail('"seconds" (of a time) or "by" (of a number) is missing');
  if (of && of.text() !== 'now' && of.text() !== 'stored') {
    throw of.fail('"now" or "stored" is expected here');
  }
  return near({ seconds: numberOf(seconds), of: of?.text() === 'now' ? 'now' : 'stored' });
}

function patternOf(matches: Field, flags: Field | undefined): Volatile {
  try {
    const source = matches.text().replace(/^\^\(\?:(.*)\)\$$/s, '$1');
    return pattern(new RegExp(source, flags?.text() ?? ''));
  } catch (error) {
    throw matches.fail(error instanceof Error ? error.message : String(error));
  }
}

function numberOf(field: Field): number {
  const number = Number(field.text());
  if (field.text().trim() === '' || !(number >= 0)) {
    throw field.fail('a number that is not negative is expected here');
  }
  return number;
}
