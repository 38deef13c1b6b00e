import type { LoggedChanges, RowChange, TableChange } from '../../log.js';
import type { Value } from '../../model.js';
import { imageOfRow, selected } from '../image.js';
import { quote } from '../quote.js';
import { assertNotEmptied, checkSchema } from './check.js';
import { begin, firstNotes, type Notes, netImages, sumUp } from './notes.js';
import { logOf, type Tracked } from './plan.js';
import { isAmong } from './rewind.js';
import { checkpointNamed, type OpenLog, stateOf, withPatience } from './session.js';

/** @throws as ChangeLog.changes */
export async function changes(log: OpenLog, since: string): Promise<LoggedChanges> {
  const { session } = log;
  const state = await stateOf(log, checkpointNamed(log, since));
  return withPatience(log, async () => {
    const notes = await begin(log, state);
    const { counters } = await checkSchema(log, state);
    await assertNotEmptied(log, state, await sumUp(log, notes));
    const tables: TableChange[] = [];
    for (const it of notes) {
      const rows = await (it.tracked.key ? keyedChanges(log, it) : wholeChanges(log, it));
      if (rows.length > 0) tables.push({ table: it.tracked.table, rows });
    }
    await session.run('ROLLBACK');
    const sequences = state.sequences
      .filter((it) => !isAmong(counters, it))
      .map(({ schema, name, value: before }) => {
        const after =
          counters.find((it) => it.schema === schema && it.name === name)?.value ?? null;
        return { schema, name, before, after };
      });
    return { tables, sequences };
  });
}

/** How the values of a note are read: as those of the row. */
function keptValues({ columns }: Tracked): string[] {
  return columns.map((column, i) => selected({ ...column, name: `c${i}` }, 'l'));
}

async function keyedChanges({ session, database }: OpenLog, notes: Notes): Promise<RowChange[]> {
  const { columns, key } = notes.tracked;
  const now = columns.map((column) => selected(column, 't'));
  const rows = await session.query(
    `SELECT l.mark, t.${quote(key?.[0] as string)} IS NOT NULL, ${[...keptValues(notes.tracked), ...now].join(', ')}
     ${firstNotes(database, notes, 'LEFT JOIN')}`,
  );
  const changed: RowChange[] = [];
  for (const [was, is, ...values] of rows as [Value, Value, ...Value[]][]) {
    const before = was === '1' ? values.slice(0, columns.length) : null;
    const after = is === '1' ? values.slice(columns.length) : null;
    if (!before && !after) continue;
    if (before && after && imageOfRow(columns, before) === imageOfRow(columns, after)) continue;
    changed.push({ before, after });
  }
  return changed;
}

async function wholeChanges({ session, database }: OpenLog, notes: Notes): Promise<RowChange[]> {
  const rows = await session.query(
    `SELECT y.net, ${keptValues(notes.tracked).join(', ')} FROM (${netImages(database, notes)}) y
     JOIN ${logOf(database, notes.tracked)} l ON l.id = y.first ORDER BY l.id`,
  );
  return rows.flatMap(([net, ...row]) => {
    const change = Number(net) < 0 ? { before: row, after: null } : { before: null, after: row };
    return Array.from<RowChange>({ length: Math.abs(Number(net)) }).fill(change);
  });
}
