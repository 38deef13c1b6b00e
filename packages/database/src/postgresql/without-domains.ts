import type { HiddenColumns, Telling } from '../hidden.js';
import type { Column, Table } from '../model.js';
import { literal } from './quote.js';

const block = /^DO (E?)'(BEGIN (CREATE (DOMAIN|TYPE) .*); EXCEPTION WHEN duplicate_object .*)'$/s;
const token = /"(?:[^"]|"")*"|E'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|[()]|[^\s"'()]+|\s+/gs;
const madeName =
  /^CREATE (?:DOMAIN|TYPE) (?:"(?:[^"]|"")*"|[^".\s]+)\.("(?:[^"]|"")*"|[^".\s]+) AS /;
const multirange = /MULTIRANGE_TYPE_NAME = (?:"(?:[^"]|"")*"|[^".\s]+)\.("(?:[^"]|"")*"|[^".\s)]+)/;

interface MadeType {
  readonly statement: string;
  readonly sql: string;
  readonly names: readonly string[];
  readonly isDomain: boolean;
}

/**
 * Takes the defaults and checks that tell a value out of the domains that hidden columns are of, be
 * it in an array, a composite, a range or another domain.
 */
export function withoutDomains(
  table: Table,
  hidden: () => readonly HiddenColumns[],
  telling: Telling,
): Table {
  const own = table.definition.requires.flatMap((it) => typeOf(it) ?? []);
  if (!own.some(({ isDomain }) => isDomain)) return table;
  const all = hidden();
  const others = all.flatMap((it) =>
    it.table.definition.requires.flatMap((sql) => typeOf(sql) ?? []),
  );
  const types = new Map([...others, ...own].map((it) => [it.statement, it]));
  const found = new Set<MadeType>();
  const texts = all.flatMap(({ columns }) => columns.map(({ type }) => type));
  for (let text = texts.pop(); text !== undefined; text = texts.pop()) {
    for (const it of types.values()) {
      if (found.has(it) || !namesOne(text, it)) continue;
      found.add(it);
      texts.push(it.sql);
    }
  }
  const told = [...found].filter(({ isDomain }) => isDomain);
  const isTold = (statement: string) => told.some((it) => it.statement === statement);
  const requires = table.definition.requires.map((it) =>
    isTold(it) ? domainWithout(types.get(it) as MadeType, telling) : it,
  );
  const columns = table.columns.map((column) => withoutChecks(column, told, telling));
  return { ...table, columns, definition: { ...table.definition, requires } };
}

function withoutChecks(column: Column, told: readonly MadeType[], telling: Telling): Column {
  const { domain } = column;
  if (!domain || told.length === 0) return column;
  // The checks are those of a chain of domains; which one has each is not told.
  return {
    ...column,
    domain: { ...domain, checks: domain.checks.filter((it) => !telling.rule(it)) },
  };
}

/** A type by the statement that makes it where it is absent. */
function typeOf(statement: string): MadeType | null {
  const [, escapes, body = '', , kind] = block.exec(statement) ?? [];
  if (kind === undefined) return null;
  const plain = body.replaceAll("''", "'");
  const text = escapes ? plain.replaceAll('\\\\', '\\') : plain;
  const sql = text.slice('BEGIN '.length, text.lastIndexOf('; EXCEPTION WHEN duplicate_object'));
  const names = [madeName.exec(sql)?.[1], multirange.exec(sql)?.[1]].filter(
    (it) => it !== undefined,
  );
  return { statement, sql, names: names.map(folded), isDomain: kind === 'DOMAIN' };
}

const folded = (text: string) =>
  text
    .toLowerCase()
    .replace(/["\s]+/g, ' ')
    .trim();

/** Names are compared without their quotes, case and schema: one too many hides too much only. */
function namesOne(text: string, { names }: MadeType): boolean {
  const words = folded(text);
  return names.length === 0 || names.some((name) => words.includes(name));
}

function domainWithout({ sql }: MadeType, telling: Telling): string {
  const kept = clausesOf(sql).filter((clause) => {
    if (clause.startsWith('DEFAULT'))
      return !telling.default(clause.slice('DEFAULT'.length).trim());
    return !clause.startsWith('CONSTRAINT') || !telling.rule(clause.slice(clause.indexOf('(')));
  });
  const body = `BEGIN ${kept.map((it) => it.trim()).join(' ')}; EXCEPTION WHEN duplicate_object THEN NULL; END`;
  return `DO ${literal(body)}`;
}

/** A statement in pieces: up to its default, the default, and each constraint. */
function clausesOf(sql: string): string[] {
  const clauses = [''];
  let depth = 0;
  for (const { 0: text, index } of sql.matchAll(token)) {
    if (text === ')') depth -= 1;
    const isNotNull = text === 'NOT' && /^NOT NULL(?: CONSTRAINT |$)/.test(sql.slice(index));
    const begins = text === 'DEFAULT' || text === 'CONSTRAINT' || isNotNull;
    if (depth === 0 && begins) clauses.push('');
    clauses.push((clauses.pop() ?? '') + text);
    if (text === '(') depth += 1;
  }
  return clauses;
}
