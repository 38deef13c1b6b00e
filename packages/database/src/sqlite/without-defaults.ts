import { asPlain } from '../hidden.js';
import type { Column, Table } from '../model.js';
import { commaSeparated, enclosed, sourceOf, type Token, tokensOf } from './tokens.js';

/**
 * Takes the defaults of columns out of a statement as somebody typed it, what generates them where
 * it quotes a value, and all comments: nobody can tell which column they are about.
 */
export function withoutDefaults(table: Table, columns: readonly Column[]): Table {
  if (columns.length === 0) return table;
  const { create, after } = table.definition;
  const telling = columns.filter((column) => column.default !== null || column.generated);
  const names = new Set(telling.map(({ name }) => name.toLowerCase()));
  const tokens = tokensOf(create);
  const open = tokens.findIndex(({ text }) => text === '(');
  const left = new Set(tokens);
  const plain = new Set<string>();
  for (const definition of commaSeparated(enclosed(tokens, open))) {
    const [name] = definition;
    if (!name || !names.has(unquoted(sourceOf(create, [name])).toLowerCase())) continue;
    for (const token of defaultOf(definition)) left.delete(token);
    const generation = generationOf(definition);
    if (generation.length > 0) plain.add(unquoted(sourceOf(create, [name])).toLowerCase());
    for (const token of generation) left.delete(token);
  }
  const isPlain = telling.filter((it) => it.generated && plain.has(it.name.toLowerCase()));
  return {
    ...table,
    columns: asPlain(table.columns, new Set(isPlain.map(({ name }) => name))),
    definition: {
      ...table.definition,
      create: written(create, tokens, left),
      after: after.map((it) => written(it, tokensOf(it))),
    },
  };
}

/** `DEFAULT` and its value: an expression in parentheses, a number with its sign, or one token. */
function defaultOf(definition: readonly Token[]): readonly Token[] {
  for (let at = 1; at < definition.length; at += 1) {
    const { text } = definition[at] as Token;
    if (text === '(') at += enclosed(definition, at).length + 1;
    if (text !== 'DEFAULT') continue;
    const textAt = (index: number) => definition[index]?.text ?? '';
    const next = textAt(at + 1);
    let end = at + 2;
    if (next === '(') end += enclosed(definition, at + 1).length + 1;
    if (next === 'X' && textAt(end).startsWith("'")) end += 1;
    if (/^[+-]$/.test(next)) end += 1;
    // A number comes in pieces: 1 . 5e + 3
    while (/^[.\d]/.test(textAt(end)) || /^\d*e[+-]$/i.test(textAt(end - 1) + textAt(end)))
      end += 1;
    return definition.slice(at, end);
  }
  return [];
}

/** `GENERATED ALWAYS AS (…) STORED` and NOT NULL, where a text or more than one digit is in it. */
function generationOf(definition: readonly Token[]): readonly Token[] {
  for (let at = 1; at < definition.length; at += 1) {
    const textAt = (index: number) => definition[index]?.text ?? '';
    if (textAt(at) === 'AS' && textAt(at + 1) === '(') {
      const inside = enclosed(definition, at + 1);
      if (!inside.some(({ text }) => /^['".]|^\d./.test(text))) return [];
      let end = at + inside.length + 3;
      if (/^(STORED|VIRTUAL)$/.test(textAt(end))) end += 1;
      const from = textAt(at - 1) === 'ALWAYS' ? at - 2 : at;
      const isNotNull = (i: number) =>
        (textAt(i) === 'NOT' && textAt(i + 1) === 'NULL') ||
        (textAt(i) === 'NULL' && textAt(i - 1) === 'NOT');
      return definition.filter((_, i) => (i >= from && i < end) || isNotNull(i));
    }
    if (textAt(at) === '(') at += enclosed(definition, at).length + 1;
  }
  return [];
}

/** Tokens with a blank where blanks or comments were, or a token that is left out. */
function written(sql: string, tokens: readonly Token[], left?: ReadonlySet<Token>): string {
  let text = '';
  let end = 0;
  for (const token of tokens) {
    if (left?.has(token) ?? true) {
      if (token.start > end) text += ' ';
      text += sql.slice(token.start, token.end);
      end = token.end;
    }
  }
  return text;
}

function unquoted(name: string): string {
  const [first = ''] = name;
  if (first === '[') return name.slice(1, -1);
  return /["'`]/.test(first) ? name.slice(1, -1).replaceAll(first + first, first) : name;
}
