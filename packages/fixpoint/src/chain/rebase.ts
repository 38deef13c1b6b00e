import { type ChangeSet, compose, identity, sameRow, sameValue } from '@hot-fixture/changes';
import {
  qualified,
  type Row,
  type Schema,
  type SequenceValue,
  type Value,
} from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import type { Folder, Stored } from '../files/folder.js';
import type { FileTable, FixpointFile } from '../files/model.js';
import { changesIn, findIn, wholeState } from '../state/complete.js';
import type { Chain } from './chain.js';
import { leftOverRows } from './left-over.js';
import { rowInWords } from './row-in-words.js';

/** So many places are named where a fixpoint does not fit. */
const most = 10;

/**
 * Puts the changes of the last of a chain on to the state that its parent has now.
 * @param parents the chain without it, each of which stands on its parent
 * @param schema whose foreign keys have to hold afterwards; null where nobody knows them
 * @returns whether it had to be written
 * @throws HFIT_FIXPOINT_REBASE with the rows where it does not fit
 */
export async function rebaseOne(
  folder: Folder,
  stored: Stored,
  parents: Chain,
  schema: Schema | null,
): Promise<boolean> {
  const { file } = await stored.content();
  const contents = await Promise.all(parents.map((it) => it.content()));
  const parent = contents.at(-1);
  if (!parent || !file.parent || parent.digest === file.parent.digest) return false;
  const state = await wholeState(contents);
  const conflicts = conflictsOf(file, state);
  if (schema && conflicts.length === 0) {
    const moved = compose(state, await changesIn(file, findIn(state)));
    const excluded = [...parents, stored].flatMap((it) => it.excluded);
    conflicts.push(...leftOverRows(moved, schema, excluded));
  }
  if (conflicts.length > 0) {
    const shown = conflicts.slice(0, most).join('; ');
    const rest = conflicts.length > most ? `; and ${conflicts.length - most} more` : '';
    throw new HfitError(
      'HFIT_FIXPOINT_REBASE',
      { name: stored.name, parent: file.parent.name, conflicts: shown + rest },
      { where: stored.path },
    );
  }
  const reservation = await folder.reserve(stored.name);
  try {
    await reservation.write({
      ...file,
      parent: { ...file.parent, digest: parent.digest },
      sequences: sequencesFrom(file, state),
    });
  } finally {
    await reservation.release();
  }
  return true;
}

/** A sequence that stands already where it is to go has nothing left to do. */
function sequencesFrom({ sequences }: FixpointFile, state: ChangeSet) {
  const places = new Map(state.sequences.map((it) => [qualified(it), it.after]));
  return sequences.filter((it) => !samePlace(places.get(qualified(it)) ?? null, it.after));
}

/** Where changes do not fit on a state, in words. */
export function conflictsOf(file: FixpointFile, state: ChangeSet): string[] {
  const tables = new Map(state.tables.map((it) => [qualified(it), it]));
  const found = file.tables.flatMap((table) => {
    const there = tables.get(qualified(table));
    const names = table.columns.map((it) => it.name);
    if (
      there &&
      JSON.stringify([names, table.key]) !== JSON.stringify([there.columns, there.key])
    ) {
      return [`table ${qualified(table)} has other columns`];
    }
    const rows = there?.inserted ?? [];
    return table.key ? keyedConflicts(table, rows) : countedConflicts(table, rows);
  });
  const places = new Map(state.sequences.map((it) => [qualified(it), it.after]));
  for (const sequence of file.sequences) {
    const place = places.get(qualified(sequence)) ?? null;
    if (samePlace(place, sequence.before) || samePlace(place, sequence.after)) continue;
    found.push(
      `sequence ${qualified(sequence)} stands at ${words(place)}, not at ${words(sequence.before)}`,
    );
  }
  return found;
}

function keyedConflicts(table: FileTable, rows: readonly Row[]): string[] {
  const places = (table.key ?? []).map((name) => table.columns.findIndex((it) => it.name === name));
  const keyOf = (row: Row) => places.map((it) => row[it] as Value);
  const there = new Map(rows.map((row) => [identity(keyOf(row)), row]));
  const at = (key: Row) => rowInWords(table, table.key ?? [], key);
  const found: string[] = [];
  for (const row of table.added) {
    const key = keyOf(row);
    if (there.has(identity(key))) found.push(`${at(key)}: it is there already`);
  }
  for (const { key, values } of table.changed) {
    const row = there.get(identity(key));
    const wrong = values.find(({ place, from }) => row && !sameValue(row[place] as Value, from));
    if (!row) found.push(`${at(key)}: it is not there`);
    else if (wrong) {
      const column = table.columns[wrong.place]?.name;
      found.push(`${at(key)}: its column ${column} holds another value`);
    }
  }
  for (const row of table.removed) {
    const key = keyOf(row);
    const now = there.get(identity(key));
    if (!now) found.push(`${at(key)}: it is not there`);
    else if (!sameRow(now, row)) found.push(`${at(key)}: it holds other values`);
  }
  return found;
}

function countedConflicts(table: FileTable, rows: readonly Row[]): string[] {
  const left = new Map<string, number>();
  for (const row of rows) left.set(identity(row), (left.get(identity(row)) ?? 0) + 1);
  let short = 0;
  for (const row of table.removed) {
    const rest = left.get(identity(row)) ?? 0;
    if (rest === 0) short += 1;
    left.set(identity(row), rest - 1);
  }
  if (short === 0) return [];
  return [
    `${qualified(table)}: ${short} of the rows that go ${short === 1 ? 'is' : 'are'} not there`,
  ];
}

function samePlace(a: SequenceValue | null, b: SequenceValue | null): boolean {
  return a?.last === b?.last && a?.called === b?.called;
}

const words = (it: SequenceValue | null) =>
  it === null ? 'its beginning' : `${it.last}${it.called ? '' : ', which comes next'}`;
