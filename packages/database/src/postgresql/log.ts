import { HfitError } from '@hot-fixture/errors';
import type { Session } from '../driver.js';
import type { ChangeLog, Rewound } from '../log.js';
import { qualified, type Row, type TableName } from '../model.js';
import { readChanges } from './log/changes.js';
import { meaning } from './log/errors.js';
import {
  changeOf,
  type Installed,
  installed,
  installLog,
  introspectAgain,
  readStatus,
  version,
} from './log/install.js';
import { obstacle } from './log/obstacle.js';
import { dropLog } from './log/own-schema.js';
import type { LogSession } from './log/session.js';
import { pathOfUsers, within } from './log/transaction.js';

/** How long a log that is made waits for those who write to its tables, in milliseconds. */
const installPatience = 10_000;

export const log: ChangeLog = {
  status: (session) => simple(session, readStatus),
  obstacle: (session, schema) => simple(session, (it) => obstacle(it, schema)),
  install: (session, schema, patience = installPatience) => {
    const work = async (it: LogSession, waits: string) => {
      await it.run(`SET LOCAL lock_timeout = ${waits}`);
      await installLog(it, schema);
    };
    return call(session, { work, patience });
  },
  remove: (session, patience = installPatience) => {
    const work = async (it: LogSession, waits: string) => {
      if (!(await installed(it))) return;
      await it.run(`SET LOCAL lock_timeout = ${waits}`);
      await dropLog(it);
    };
    return call(session, { work, patience });
  },
  checkpoint: async (session, name, patience) => {
    const work = (it: LogSession, waits: string) =>
      it.query('SELECT hfit.checkpoint($1, $2)', [name, waits]);
    await call(session, { work, patience, single: true });
  },
  changes: (session, since, patience) => {
    const work = async (it: LogSession, waits: string) => {
      await it.run(pathOfUsers);
      await it.query('SELECT hfit.enter($1, $2)', [since, waits]);
      const found = (await installed(it)) as Installed;
      return readChanges(it, since, found.schema);
    };
    return call(session, { work, patience, wanted: since });
  },
  rewind: async (session, to, patience) => {
    const work = (it: LogSession, waits: string) =>
      it.query('SELECT * FROM hfit.rewind($1, $2)', [to, waits]);
    const rows = await call(session, { work, patience, wanted: to, single: true });
    return rewound(rows);
  },
};

/** Where much had changed, a table comes in portions. The line without a table is of sequences. */
function rewound(lines: readonly Row[]): Rewound {
  const tables = new Map<string, { table: TableName; rows: number }>();
  for (const [schema, name, count] of lines as string[][]) {
    if (name === null) continue;
    const table = { schema, name } as TableName;
    const known = tables.get(qualified(table));
    tables.set(qualified(table), { table, rows: (known?.rows ?? 0) + Number(count) });
  }
  const sequences = lines.find(([, name]) => name === null);
  return { tables: [...tables.values()], sequences: Number(sequences?.[2] ?? 0) };
}

interface Call<T> {
  /** Is told how long it may wait, in the form that the server takes. */
  readonly work: (session: LogSession, waits: string) => Promise<T>;
  readonly patience?: number;
  /** The checkpoint that is asked for. */
  readonly wanted?: string;
  /** It is one statement. */
  readonly single?: boolean;
}

/** A deadlock, and a lock that somebody else holds: what we hold was let go, so he may go on. */
const givesWay = new Set<string | undefined>(['40P01', '55P03']);

/** Runs a call alone and in a transaction, and tells in our words why it failed. */
function call<T>(given: Session, { work, patience, wanted, single }: Call<T>): Promise<T> {
  const session = given as LogSession;
  const waits = patience ?? installPatience;
  const until = Date.now() + waits;
  return session.alone(async () => {
    for (;;) {
      try {
        return await within(session, single ?? false, () =>
          work(session, milliseconds(until - Date.now())),
        );
      } catch (error) {
        const { code, detail } = error as { code?: string; detail?: string };
        if (code === 'HF002') await acceptSchema(session, detail as string);
        else if (!givesWay.has(code) || Date.now() >= until) {
          throw await meaning(session, error, wanted ?? '', waits);
        }
      }
    }
  });
}

/** Goes on with a schema that differs in nothing that matters, such as a new view. */
async function acceptSchema(session: LogSession, shape: string): Promise<void> {
  await within(session, false, async () => {
    const found = await installed(session);
    if (!found) return;
    const { database } = found.schema;
    if (found.version !== version) throw new HfitError('HFIT_LOG_ABSENT', { database });
    const now = await introspectAgain(session, found);
    const change = await changeOf(session, found, now);
    if (change !== null) throw new HfitError('HFIT_LOG_SCHEMA_CHANGED', { database, change });
    await session.query('UPDATE hfit.installed SET shape = $1', [shape]);
  });
}

function simple<T>(given: Session, work: (session: LogSession) => Promise<T>): Promise<T> {
  const session = given as LogSession;
  return session.alone(() => within(session, false, () => work(session)));
}

/** As the server takes it, where 0 would mean to wait for ever. */
function milliseconds(patience: number): string {
  return String(Math.max(1, Math.round(patience)));
}
