import type { Dialect } from '../dialect.js';
import type { Session } from '../driver.js';
import type { ReadLimits } from '../limits.js';

/** How a server calls a limit, and how many of its units make a second. */
interface Setting {
  readonly name: string;
  readonly perSecond: number;
  readonly none: number;
}

type Settings = Readonly<Record<'statement' | 'idle', Setting>>;

const mariadb: Settings = {
  statement: { name: 'max_statement_time', perSecond: 1, none: 0 },
  idle: { name: 'idle_readonly_transaction_timeout', perSecond: 1, none: 0 },
};
const mysql: Settings = {
  statement: { name: 'max_execution_time', perSecond: 1000, none: 0 },
  idle: { name: 'wait_timeout', perSecond: 1, none: 28_800 },
};

const unknownVariable = 1193;

export const limitReads: NonNullable<Dialect['limitReads']> = async (session, limits) => {
  const { settings, before } = await settingsOf(session);
  const set = (what: 'statement' | 'idle') => assignment(settings[what], limits[what]);
  // The end of the session puts this one back as it was.
  const lock = limits.lock === null ? [] : [`lock_wait_timeout = ${whole(limits.lock)}`];
  await session.run(`SET SESSION ${[set('statement'), set('idle'), ...lock].join(', ')}`);
  return {
    lift: `SET SESSION ${assignment(settings.statement, null)}`,
    again: `SET SESSION ${set('statement')}`,
    liftsForRows: true,
    undo: [`SET SESSION ${before.join(', ')}`],
  };
};

async function settingsOf(session: Session) {
  const read = async (settings: Settings) => {
    const names = Object.values(settings).map(({ name }) => name);
    const [row = []] = await session.query(`SELECT ${names.map((it) => `@@SESSION.${it}`)}`);
    return { settings, before: names.map((name, i) => `${name} = ${row[i]}`) };
  };
  try {
    return await read(mariadb);
  } catch (error) {
    if ((error as { errno?: number }).errno !== unknownVariable) throw error;
    return read(mysql);
  }
}

function assignment({ name, perSecond, none }: Setting, seconds: ReadLimits['idle']): string {
  if (seconds === null) return `${name} = ${none}`;
  // Only MariaDB knows parts of a second, and only for statements.
  const value = seconds * perSecond;
  return `${name} = ${name === mariadb.statement.name ? value : whole(value)}`;
}

function whole(value: number): number {
  return Math.max(1, Math.ceil(value));
}
