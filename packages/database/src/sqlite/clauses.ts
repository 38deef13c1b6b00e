import type { Check, ForeignKey, UniqueIndex } from '../model.js';
import { commaSeparated, enclosed, sourceOf, type Token, tokensOf } from './tokens.js';

/** What no pragma of SQLite tells of a table: it stands in its statement alone. */
export interface TableClauses {
  readonly checks: readonly Check[];
  /** When its foreign keys are checked, in the order in which they were written. */
  readonly deferrable: readonly ForeignKey['deferrable'][];
  readonly autoincrement: boolean;
  readonly withoutRowid: boolean;
}

/** Reads a CREATE TABLE statement as SQLite keeps it: with a list of columns. */
export function tableClauses(table: string, sql: string): TableClauses {
  const tokens = tokensOf(sql);
  const open = tokens.findIndex(({ text }) => text === '(');
  const body = enclosed(tokens, open);
  const after = tokens.slice(open + body.length + 2).map(({ text }) => text);
  const checks: Check[] = [];
  const deferrable: ForeignKey['deferrable'][] = [];
  let autoincrement = false;
  for (const definition of commaSeparated(body)) {
    let name: string | null = null;
    for (let at = 0; at < definition.length; at += 1) {
      const words = definition.slice(at, at + 5).map(({ text }) => text);
      const [word, next, third] = words;
      if (word === '(') at += enclosed(definition, at).length + 1;
      else if (word === 'CONSTRAINT') {
        name = named(sql, definition[at + 1]);
        // A keyword may stand there as a name.
        at += 1;
      } else if (word === 'CHECK' && next === '(') {
        const condition = enclosed(definition, at + 1);
        checks.push({
          name: name ?? unused(`${table}_check`, checks),
          condition: sourceOf(sql, condition),
        });
        name = null;
      } else if (word === 'REFERENCES') deferrable.push('never');
      else if (word === 'DEFERRABLE' && definition[at - 1]?.text !== 'NOT') {
        const deferred = next === 'INITIALLY' && third === 'DEFERRED';
        deferrable[deferrable.length - 1] = deferred ? 'deferred' : 'immediate';
      } else if (word === 'AUTOINCREMENT') autoincrement = true;
    }
  }
  return { checks, deferrable, autoincrement, withoutRowid: after.includes('WITHOUT') };
}

/** Reads a CREATE UNIQUE INDEX statement. */
export function indexClauses(name: string, sql: string): UniqueIndex {
  const tokens = tokensOf(sql);
  const open = tokens.findIndex(({ text }) => text === '(');
  const body = enclosed(tokens, open);
  const where = tokens.slice(open + body.length + 2);
  return {
    name,
    expressions: commaSeparated(body).map((part) => {
      const last = part.at(-1)?.text;
      const ordered = last === 'ASC' || last === 'DESC';
      return sourceOf(sql, ordered ? part.slice(0, -1) : part);
    }),
    predicate: where[0]?.text === 'WHERE' ? sourceOf(sql, where.slice(1)) : null,
  };
}

/** A name without its quotes. */
function named(sql: string, token: Token | undefined): string {
  const text = token ? sourceOf(sql, [token]) : '';
  const quoted = /^(["`'])(.*)\1$/s.exec(text);
  if (quoted) return (quoted[2] as string).replaceAll(`${quoted[1]}${quoted[1]}`, `${quoted[1]}`);
  return text.startsWith('[') ? text.slice(1, -1) : text;
}

function unused(stem: string, checks: readonly Check[]): string {
  let name = stem;
  for (let n = 1; checks.some((check) => check.name === name); n += 1) name = `${stem}${n}`;
  return name;
}
