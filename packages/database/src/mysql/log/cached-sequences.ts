import type { TableName } from '../../model.js';
import { quoteTable } from '../quote.js';
import type { MysqlSession } from '../session.js';
import type { OpenLog } from './session.js';

/** No privilege to lock tables there. */
const denied = new Set([1044, 1142]);
const exhausted = 4084;
const absent = 1146;

/**
 * Puts each cached sequence of MariaDB where its next number is: of those in its cache the server
 * tells nothing, so what was drawn from it would not be seen, and not be put back. No number is lost.
 * Ends a transaction.
 */
export async function emptyCaches({ session, plan }: OpenLog): Promise<void> {
  for (const sequence of plan.sequences) {
    if (sequence.ownedBy) continue;
    // Of one that was dropped, the check of the schema will tell.
    const asked = session.query(`SELECT cache_size FROM ${quoteTable(sequence)}`);
    const row = (await unless([absent], asked))?.[0];
    if (Number(row?.[0]) > 1) await emptyCache(session, sequence);
  }
}

async function emptyCache(session: MysqlSession, sequence: TableName): Promise<void> {
  const name = quoteTable(sequence);
  try {
    // Whoever drew a number meanwhile would get it again.
    await unless(denied, session.run(`LOCK TABLES ${name} WRITE`));
    const row = await unless([exhausted], session.query(`SELECT NEXTVAL(${name})`));
    const next = row?.[0]?.[0];
    if (next !== undefined) await session.run(`ALTER SEQUENCE ${name} RESTART WITH ${next}`);
  } finally {
    await session.run('UNLOCK TABLES');
  }
}

/** Undefined where the server refuses with one of these errors. */
async function unless<T>(errors: Iterable<number>, asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    const { errno } = error as { errno?: number };
    if (errno !== undefined && [...errors].includes(errno)) return undefined;
    throw error;
  }
}
