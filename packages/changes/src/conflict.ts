import {
  type Column,
  type Database,
  type Dialect,
  hasRow,
  qualified,
  type RefusedRow,
  type Row,
  type Session,
} from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import { batches } from './batches.js';
import { keyInWords } from './key-in-words.js';
import type { Target } from './target.js';
import { identity, pick, sameRow, sameValue } from './value.js';
import type { Shortage } from './write.js';

export function conflict(
  { table, changes }: Target,
  row: Row,
  reason: string,
  cause?: unknown,
): HfitError {
  const key = keyInWords(changes, row);
  const context = cause === undefined ? {} : { cause };
  return new HfitError('HFIT_CHANGES_CONFLICT', { table: qualified(table), key, reason }, context);
}

/** Why a row could not be inserted. */
export async function refusal(
  dialect: Dialect,
  session: Session,
  target: Target,
  { row, reason, cause }: RefusedRow,
): Promise<HfitError> {
  const { table, columns, changes } = target;
  const places = (changes.key ?? []).map((name) => changes.columns.indexOf(name));
  const keyColumns = places.map((place) => columns[place] as Column);
  const taken =
    places.length > 0 && (await hasRow(dialect, session, table, keyColumns, pick(row, places)));
  return conflict(target, row, taken ? 'a row of this key is there already' : reason, cause);
}

/** Says which row was not found as it was to be, after the rollback has brought it back. */
export async function explainShortage(database: Database, error: Shortage): Promise<unknown> {
  try {
    const { target } = error;
    const { deleted, updated } = target.changes;
    const wanted = [...deleted, ...updated.map(({ before }) => before)];
    const found = await rowsThere(database, target, wanted);
    const [row, reason] = target.changes.key
      ? firstDifference(target, wanted, found)
      : [firstShort(wanted, found), 'it is there less often than it is to go'];
    return row ? conflict(target, row, reason as string) : error;
  } catch {
    return error;
  }
}

async function rowsThere(database: Database, target: Target, wanted: readonly Row[]) {
  const { table, columns, changes } = target;
  const snapshot = await database.snapshot();
  try {
    if (changes.key === null) return await snapshot.list({ table, columns });
    const places = changes.key.map((name) => changes.columns.indexOf(name));
    const keyColumns = places.map((place) => columns[place] as Column);
    const keys = wanted.map((row) => pick(row, places));
    const found: Row[] = [];
    for (const batch of batches(keys)) {
      found.push(...(await snapshot.byKeys(table, columns, keyColumns, batch)));
    }
    return found;
  } finally {
    await snapshot.close();
  }
}

function firstDifference({ changes }: Target, wanted: readonly Row[], found: readonly Row[]) {
  const places = (changes.key ?? []).map((name) => changes.columns.indexOf(name));
  const byKey = new Map(found.map((row) => [identity(pick(row, places)), row]));
  for (const row of wanted) {
    const there = byKey.get(identity(pick(row, places)));
    if (!there) return [row, 'it is not there'] as const;
    if (sameRow(there, row)) continue;
    const at = row.findIndex((value, i) => !sameValue(value, there[i] ?? null));
    return [row, `its column ${changes.columns[at]} holds another value`] as const;
  }
  return [null, ''] as const;
}

function firstShort(wanted: readonly Row[], found: readonly Row[]): Row | null {
  const left = new Map<string, number>();
  for (const row of found) left.set(identity(row), (left.get(identity(row)) ?? 0) + 1);
  for (const row of wanted) {
    const id = identity(row);
    const rest = left.get(id) ?? 0;
    if (rest === 0) return row;
    left.set(id, rest - 1);
  }
  return null;
}
