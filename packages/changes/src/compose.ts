import { qualified, type Row, type SequenceChange } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import type { ChangeSet, TableChanges } from './change-set.js';
import { sameSequenceValue } from './diff.js';
import { keyInWords } from './key-in-words.js';
import { byName, NetChanges } from './net.js';

/**
 * The change set that does what the first and then the second would do. The second has to begin
 * where the first ends; of tables without a key that cannot be told.
 * @throws HFIT_CHANGES_CHAIN with the row where they do not meet, HFIT_LOAD_DIALECT
 */
export function compose(first: ChangeSet, second: ChangeSet): ChangeSet {
  if (first.dialect !== second.dialect) {
    throw new HfitError('HFIT_LOAD_DIALECT', { from: first.dialect, to: second.dialect });
  }
  const later = new Map(second.tables.map((table) => [id(table), table]));
  const tables = first.tables.map((table) => {
    const next = later.get(id(table));
    later.delete(id(table));
    return next ? composeTable(table, next) : table;
  });
  return {
    dialect: first.dialect,
    tables: [...tables, ...later.values()].filter((it) => it !== null).sort(byName),
    sequences: composeSequences(first.sequences, second.sequences),
  };
}

const id = ({ schema, name }: { schema: string; name: string }) => JSON.stringify([schema, name]);

function composeTable(first: TableChanges, second: TableChanges): TableChanges | null {
  const shape = (table: TableChanges) => JSON.stringify([table.columns, table.key]);
  if (shape(first) !== shape(second)) {
    throw broken(first, null, 'the two have not the same columns or key');
  }
  const net = new NetChanges(first, first.columns, first.key);
  for (const row of first.deleted) net.before(row);
  for (const { before, after } of first.updated) {
    net.before(before);
    net.after(after);
  }
  for (const row of first.inserted) net.after(row);

  const remove = (row: Row) => {
    if (!net.remove(row)) throw broken(second, row, 'the first leaves another row, or none');
  };
  const add = (row: Row) => {
    if (!net.after(row)) throw broken(second, row, 'the first leaves a row there');
  };
  for (const row of second.deleted) remove(row);
  for (const { before, after } of second.updated) {
    remove(before);
    add(after);
  }
  for (const row of second.inserted) add(row);
  return net.changes();
}

function broken(table: TableChanges, row: Row | null, reason: string): HfitError {
  const key = row === null ? 'every row' : keyInWords(table, row);
  return new HfitError('HFIT_CHANGES_CHAIN', { table: qualified(table), key, reason });
}

function composeSequences(
  first: readonly SequenceChange[],
  second: readonly SequenceChange[],
): SequenceChange[] {
  const net = new Map(first.map((change) => [id(change), change]));
  for (const change of second) {
    const earlier = net.get(id(change));
    if (earlier && !sameSequenceValue(earlier.after, change.before)) {
      const reason = 'the first does not leave it where the second begins';
      throw new HfitError('HFIT_CHANGES_CHAIN', {
        table: qualified(change),
        key: 'its numbering',
        reason,
      });
    }
    net.set(id(change), { ...change, before: earlier ? earlier.before : change.before });
  }
  return [...net.values()].filter((it) => !sameSequenceValue(it.before, it.after)).sort(byName);
}
