import { rowKey } from '../../key.js';
import type { LoggedChanges, RowChange, SequenceChange, TableChange } from '../../log.js';
import type { Row, Schema, SequenceValue, Table } from '../../model.js';
import { quote } from '../quote.js';
import type { LogSession } from './session.js';
import { noPath, pathOfUsers } from './transaction.js';

/** Reads what is not as it was at a checkpoint; nobody may be writing meanwhile. */
export async function readChanges(
  session: LogSession,
  since: string,
  schema: Schema,
): Promise<LoggedChanges> {
  const touched = await session.query(
    `SELECT DISTINCT l.rel, r.image, r.by_path FROM hfit.checkpoints k, hfit.log l JOIN hfit.relations r ON r.rel = l.rel
     WHERE k.name = $1 AND l.at > k.log_at ORDER BY 1`,
    [since],
  );
  const tables: TableChange[] = [];
  for (const [number, image, byPath] of touched as string[][]) {
    const table = schema.tables[Number(number) - 1] as Table;
    if (byPath === 't') await session.run(noPath);
    const rows = await rowChanges(session, since, { number: number as string, image, table });
    if (byPath === 't') await session.run(pathOfUsers);
    if (rows.length > 0) tables.push({ table, rows });
  }
  return { tables, sequences: await sequenceChanges(session, since, schema) };
}

async function rowChanges(
  session: LogSession,
  since: string,
  { number, image, table }: { number: string; image: string | undefined; table: Table },
): Promise<RowChange[]> {
  const columns = table.columns.filter(({ generated }) => !generated);
  const values = columns.map(({ name }) => `, (x.r).${quote(name)}`).join('');
  const rows = await session.query(
    `SELECT x.n${values}
     FROM (SELECT sum(l.sign) AS n, min(l.at) AS at, l.image::${image} AS r
           FROM hfit.log l, hfit.checkpoints k
           WHERE k.name = $1 AND l.at > k.log_at AND l.rel = $2
           GROUP BY l.image HAVING sum(l.sign) <> 0 OFFSET 0) x
     ORDER BY x.at, x.n`,
    [since, number],
  );
  const key = rowKey(table)?.map((name) => columns.findIndex((column) => column.name === name));
  const net = rows.flatMap(([n, ...row]) =>
    Array.from({ length: Math.abs(Number(n)) }, () => ({ gone: Number(n) < 0, row })),
  );
  return key ? paired(net, key) : net.map(({ gone, row }) => change(gone, row));
}

const change = (gone: boolean, row: Row): RowChange =>
  gone ? { before: row, after: null } : { before: null, after: row };

/** A row that went and one of the same key that came are one row that was changed. */
function paired(net: readonly { gone: boolean; row: Row }[], key: readonly number[]): RowChange[] {
  const changes = new Map<string, RowChange>();
  for (const { gone, row } of net) {
    const name = JSON.stringify(key.map((i) => row[i]));
    const { before, after } = change(gone, row);
    const other = changes.get(name);
    changes.set(name, {
      before: before ?? other?.before ?? null,
      after: after ?? other?.after ?? null,
    });
  }
  return [...changes.values()];
}

async function sequenceChanges(
  session: LogSession,
  since: string,
  { sequences }: Schema,
): Promise<SequenceChange[]> {
  const rows = await session.query(
    `SELECT u.i, u.last, u.called, u.last_now, u.called_now
     FROM hfit.checkpoints k, hfit.sequences() s,
          unnest(k.lasts, k.called, s.lasts, s.called) WITH ORDINALITY u(last, called, last_now, called_now, i)
     WHERE k.name = $1 AND (u.last <> u.last_now OR u.called <> u.called_now) ORDER BY u.i`,
    [since],
  );
  return rows.map(([i, last, called, lastNow, calledNow]) => {
    const { schema, name } = sequences[Number(i) - 1] as Schema['sequences'][number];
    return { schema, name, before: state(last, called), after: state(lastNow, calledNow) };
  });
}

function state(last: Row[number] | undefined, called: Row[number] | undefined): SequenceValue {
  return { last: String(last), called: called === 't' };
}
