import { findColumn, qualified, type Schema, sameTable, type Table } from '@hot-fixture/database';
import { factsOf } from '@hot-fixture/extract';
import { type ColumnClassification, maskerFor } from '@hot-fixture/masking';
import { columnName, type SeenTable } from './sample.js';

/** A line of a policy, and why. */
export interface ProposedColumn {
  readonly table: string;
  readonly column: string;
  readonly kind: ColumnClassification['kind'];
  readonly confidence: number;
  readonly evidence: string;
  /** What to write behind it. */
  readonly as: string;
}

/** A column that is a part of a key, or that points to one. */
interface Member {
  readonly table: Table;
  readonly column: string;
}

/** Proposes a line for each column. A key and all that points to it get the same one. */
export function proposeLines(schema: Schema, seen: readonly SeenTable[]): ProposedColumn[] {
  const found = new Map<string, ProposedColumn>();
  for (const { table, columns } of seen) {
    for (const [column, { proposal, ...it }] of columns) {
      const line = { table: qualified(table), column, ...it, as: proposal };
      found.set(columnName(table, column), alone(table, line));
    }
  }
  for (const members of joined(schema)) {
    const lines = members.flatMap((it) => found.get(columnName(it.table, it.column)) ?? []);
    const personal = lines
      .filter(({ kind }) => kind !== null && !looked.has(kind))
      .sort((a, b) => b.confidence - a.confidence)[0];
    const as = personal ? sharedMasker(personal, members) : 'keep';
    for (const line of lines) {
      const isOwn = line === personal || !personal;
      const { kind, confidence } = personal ?? { kind: null, confidence: 0 };
      const evidence = isOwn
        ? keyed({ ...line, kind })
        : `joined with ${personal.table}.${personal.column}: ${personal.evidence}`;
      found.set(`${line.table}.${line.column}`, { ...line, kind, confidence, evidence, as });
    }
  }
  return [...found.values()];
}

/** What is looked up in a table of its own, such as countries, tells of nobody there. */
const looked = new Set<ProposedColumn['kind']>(['city', 'region', 'postcode', 'work']);

const keyed = ({ kind, evidence }: ProposedColumn) =>
  kind === null ? `a key that joins tables; ${evidence.replace(/^a key; /, '')}` : evidence;

/** A key that nothing points to has to leave, too; where there is nothing to look at, a person decides. */
function alone(table: Table, line: ProposedColumn): ProposedColumn {
  const isKey = table.primaryKey?.columns.includes(line.column) === true;
  if (!isKey || line.kind !== null) return line;
  const { kind } = findColumn(table, line.column);
  const isPlain = kind === 'uuid' || kind === 'integer' || !line.evidence.startsWith('there is no');
  return { ...line, as: isPlain ? 'keep' : line.as, evidence: `a key; ${line.evidence}` };
}

/** A masker that keeps values apart, in the room of the narrowest column. */
function sharedMasker(it: ProposedColumn, members: readonly Member[]): string {
  const facts = members.map(({ table, column }) => factsOf(table, findColumn(table, column)));
  const lengths = facts.flatMap(({ maxLength }) => maxLength ?? []);
  const maxLength = lengths.length > 0 ? Math.min(...lengths) : null;
  const { name, type, kind } = facts[0]!;
  return it.kind === null
    ? 'keep'
    : maskerFor(it.kind, { name, type, kind, maxLength, nullable: false, unique: true });
}

/** The columns that foreign keys tie together, group by group, the targets first. */
function joined({ tables }: Schema): Member[][] {
  const groupOf = new Map<string, Member[]>();
  const group = (table: Table, column: string): Member[] => {
    const name = columnName(table, column);
    const known = groupOf.get(name) ?? [{ table, column }];
    groupOf.set(name, known);
    return known;
  };
  for (const table of tables) {
    for (const { columns, target, targetColumns } of table.foreignKeys) {
      const other = tables.find((it) => sameTable(it, target));
      if (!other) continue;
      columns.forEach((column, i) => {
        const [into, from] = [group(other, targetColumns[i] as string), group(table, column)];
        if (into === from) return;
        into.push(...from);
        for (const it of from) groupOf.set(columnName(it.table, it.column), into);
      });
    }
  }
  return [...new Set(groupOf.values())];
}
