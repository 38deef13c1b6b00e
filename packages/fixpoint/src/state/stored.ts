import type { ChangeSet, State } from '@hot-fixture/changes';
import {
  type Column,
  qualified,
  rowKey,
  type SequenceState,
  type Table,
} from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import type { FixpointFile } from '../files/model.js';
import type { Scope } from './scope.js';

/** Those of a table that can be written, and so are stored. */
export function ownColumns(table: Table): Column[] {
  return table.columns.filter(({ generated }) => !generated);
}

/** A whole state from files, as one to compare with. */
export function stateOf(
  whole: ChangeSet,
  { schema }: State,
  current: readonly SequenceState[],
): State {
  const tables = new Map(whole.tables.map((it) => [qualified(it), it]));
  const places = new Map(whole.sequences.map((it) => [qualified(it), it.after]));
  return {
    schema,
    async *rows(table) {
      const rows = tables.get(qualified(table))?.inserted;
      if (rows) yield rows;
    },
    sequences: async () =>
      current.map((it) => {
        const place = places.get(qualified(it)) ?? null;
        // One that the file does not know has not begun: some say so as a number that is to come.
        const isNew = place === null && it.value?.called === false;
        return { schema: it.schema, name: it.name, value: isNew ? it.value : place };
      }),
  };
}

/**
 * Whether the tables that a fixpoint has rows of are as they were.
 * @throws HFIT_FIXPOINT_SCHEMA with every table and column that differs, HFIT_LOAD_DIALECT
 */
export function assertSameTables(
  name: string,
  file: FixpointFile,
  { schema, whole }: Pick<Scope, 'schema' | 'whole'>,
  database: string,
  command: string,
): void {
  if (file.dialect !== schema.dialect) {
    throw new HfitError('HFIT_LOAD_DIALECT', { from: file.dialect, to: schema.dialect });
  }
  const known = new Map(schema.tables.map((it) => [qualified(it), it]));
  const all = new Set([...whole.tables, ...whole.sequences].map(qualified));
  const differences = file.tables.flatMap((stored) => {
    const table = known.get(qualified(stored));
    // What is excluded may have changed as it likes.
    if (!table && all.has(qualified(stored))) return [];
    if (!table) return [`there is no table ${qualified(stored)}`];
    return columnDifferences(stored, table);
  });
  const gone = file.sequences.filter((it) => it.after && !all.has(qualified(it)));
  differences.push(...gone.map((it) => `there is no sequence ${qualified(it)}`));
  if (differences.length === 0) return;
  throw new HfitError('HFIT_FIXPOINT_SCHEMA', {
    name,
    database,
    differences: differences.join('; '),
    command,
  });
}

function columnDifferences(stored: FixpointFile['tables'][number], table: Table): string[] {
  const at = qualified(table);
  const columns = ownColumns(table);
  const found: string[] = [];
  for (const { name, type } of stored.columns) {
    const column = columns.find((it) => it.name === name);
    if (!column) found.push(`table ${at} has no column ${name}`);
    else if (column.type !== type) {
      found.push(`column ${name} of table ${at} is ${column.type || 'of no type'}, not ${type}`);
    }
  }
  for (const { name } of columns) {
    if (stored.columns.some((it) => it.name === name)) continue;
    found.push(`column ${name} of table ${at} is not in the fixpoint`);
  }
  if (found.length > 0) return found;
  const key = rowKey(table);
  const sameOrder = columns.every(({ name }, i) => stored.columns[i]?.name === name);
  if (!sameOrder) return [`table ${at} has its columns in another order`];
  if (JSON.stringify(key) === JSON.stringify(stored.key)) return [];
  return [
    `table ${at} has ${key ? `the key ${key.join(', ')}` : 'no key'}, and another in the fixpoint`,
  ];
}
