import type { Session } from '../driver.js';
import { qualified, type Sequence, type SequenceState, type TableName } from '../model.js';
import { type Altered, explained, readStates, timesOf } from './log/altered.js';
import { find, version } from './log/session.js';
import { databaseOf } from './mute.js';
import { literal, quoteTable } from './quote.js';

/** MySQL would tell the numbers of a day ago; MariaDB passes over this comment. */
const fresh =
  'SET SESSION sql_select_limit = DEFAULT /*!80000 , information_schema_stats_expiry = 0 */';

/**
 * Reads where counters stand: the next number of a table, or of a sequence of MariaDB the next one
 * that is not in its cache.
 */
export async function readSequences(
  session: Session,
  sequences: readonly TableName[],
): Promise<SequenceState[]> {
  const known = await countersOf(session, sequences);
  const states: SequenceState[] = [];
  for (const { schema, name } of sequences) {
    const counter = known.get(qualified({ schema, name }));
    const last = counter?.standsAlone
      ? await nextOf(session, { schema, name })
      : (counter?.next ?? null);
    states.push({ schema, name, value: last === null ? null : { last, called: false } });
  }
  return states;
}

/**
 * Puts counters back. This defines tables anew, which ends a transaction: call it after the commit.
 * InnoDB lets no number fall below those that its rows hold.
 */
export async function writeSequences(
  session: Session,
  states: readonly SequenceState[],
): Promise<void> {
  const known = await countersOf(session, states);
  const altered: SequenceState[] = [];
  for (const state of states) {
    const counter = known.get(qualified(state));
    const next = nextNumber(state.value);
    if (counter?.standsAlone) {
      if ((await nextOf(session, state)) !== next)
        await session.run(`ALTER SEQUENCE ${quoteTable(state)} RESTART WITH ${next}`);
    } else if (counter && counter.next !== next) {
      altered.push(state);
    }
  }
  if (altered.length === 0) return;
  const was = await timesOf(session, altered);
  for (const state of altered) {
    const next = nextNumber(state.value);
    await session.run(`ALTER TABLE ${quoteTable(state)} AUTO_INCREMENT = ${next}`);
  }
  await explainToLog(session, was, await timesOf(session, altered));
}

/** Whatever log is there of this database takes what altered its tables for ours. */
async function explainToLog(session: Session, was: Altered, is: Altered): Promise<void> {
  const found = await find(session).catch(() => null);
  if (found?.version !== version) return;
  const rows = await session.query(readStates);
  for (const statement of explained(rows, was, is)) await session.run(statement);
  await session.run('COMMIT');
}

function nextNumber(value: SequenceState['value']): string {
  if (value === null) return '1';
  return String(BigInt(value.last) + (value.called ? 1n : 0n));
}

interface Counter {
  readonly standsAlone: boolean;
  readonly next: string | null;
}

async function countersOf(
  session: Session,
  names: readonly (TableName | Sequence)[],
): Promise<Map<string, Counter>> {
  const counters = new Map<string, Counter>();
  if (names.length === 0) return counters;
  await session.run(fresh);
  for (const schema of new Set(names.map((it) => it.schema))) {
    const list = names.filter((it) => it.schema === schema).map(({ name }) => literal(name));
    const rows = await session.query(
      `SELECT TABLE_NAME, TABLE_TYPE, AUTO_INCREMENT FROM information_schema.TABLES
       WHERE TABLE_SCHEMA = ${databaseOf(schema)} AND TABLE_NAME IN (${list.join(', ')})`,
    );
    for (const [name, type, next] of rows as [string, string, string | null][]) {
      counters.set(qualified({ schema, name }), { standsAlone: type === 'SEQUENCE', next });
    }
  }
  return counters;
}

export async function nextOf(session: Session, sequence: TableName): Promise<string> {
  const [row] = await session.query(`SELECT next_not_cached_value FROM ${quoteTable(sequence)}`);
  return row?.[0] as string;
}
