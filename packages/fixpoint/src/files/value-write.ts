import { scalarOf, yamlValue } from '@hot-fixture/changes';
import type { Value } from '@hot-fixture/database';
import type { Volatile } from '../compare/rules.js';
import { type ArrayTree, arrayOf } from './array-text.js';
import type { FileColumn } from './model.js';

/** How the values of one file are written. */
export interface Form {
  /** Numbers are numbers, as SQLite has them; else they are texts, and need no quotes. */
  readonly typed: boolean;
}

/** What follows the colon of an entry, with the end of its line. */
export function valueText(
  value: Value,
  { type }: FileColumn,
  { typed }: Form,
  indent: string,
): string {
  if (value !== null && type.endsWith(']')) {
    const array = arrayOf(value);
    if (array) return ` ${flowList(array)}\n`;
  }
  return yamlValue(value, !typed, indent);
}

/** A value that is tagged as volatile: what is stored stands in it. */
export function taggedText(
  value: Value,
  rule: Volatile,
  column: FileColumn,
  form: Form,
  indent: string,
): string {
  const lines = ruleEntries(rule).map((it) => `${indent}${it}\n`);
  return ` ${tagOf(rule)}\n${lines.join('')}${indent}value:${valueText(value, column, form, `${indent}  `)}`;
}

const tagOf = ({ rule }: Volatile) => `!${rule}`;

function ruleEntries(rule: Volatile): string[] {
  if (rule.rule === 'any') return rule.kind === null ? [] : [`kind: ${rule.kind}`];
  if (rule.rule === 'pattern') {
    const { source, flags } = rule.pattern;
    return [
      `matches: ${JSON.stringify(source)}`,
      ...(flags === '' ? [] : [`flags: ${JSON.stringify(flags)}`]),
    ];
  }
  if ('by' in rule) return [`by: ${JSON.stringify(rule.by)}`];
  return [`seconds: ${rule.seconds}`, ...(rule.of === 'now' ? ['of: now'] : [])];
}

function flowList(tree: ArrayTree): string {
  const items = tree.map((it) => {
    if (it === null) return 'null';
    if (typeof it !== 'string') return flowList(it);
    const scalar = scalarOf(it, true, '');
    return scalar.startsWith('|') ? JSON.stringify(it) : scalar;
  });
  return `[${items.join(', ')}]`;
}
