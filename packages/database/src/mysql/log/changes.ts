import type { LoggedChanges, RowChange, TableChange } from '../../log.js';
import type { Row, Value } from '../../model.js';
import { imageOfRow, selected } from '../image.js';
import { quote } from '../quote.js';
import { keepPlace } from './calm.js';
import { assertNotEmptied, checkSchema, look } from './check.js';
import { begin, firstNotes, type Notes, netImages } from './notes.js';
import { logOf, type Tracked } from './plan.js';
import { isAmong } from './rewind.js';
import { checkpointNamed, end, type OpenLog, stateOf, withPatience } from './session.js';

/** @throws as ChangeLog.changes */
export async function changes(log: OpenLog, since: string): Promise<LoggedChanges> {
  const { session, plan } = log;
  const checkpoint = checkpointNamed(log, since);
  const state = await stateOf(log, checkpoint);
  return withPatience(log, async () => {
    const notes = await begin(log, state);
    const seen = await look(log, notes);
    const { counters } = await checkSchema(log, seen, state);
    await assertNotEmptied(log, checkpoint, state, seen);
    const read = notes.map((it) => (it.tracked.key ? keyedSql(log, it) : wholeSql(log, it)));
    const answers = await session.batch(read);
    await end(session, ['ROLLBACK']);
    const tables = notes.flatMap(({ tracked }, i): TableChange[] => {
      const found = answers[i] ?? [];
      const rows = tracked.key ? keyedChanges(tracked, found) : wholeChanges(found);
      return rows.length === 0 ? [] : [{ table: tracked.table, rows }];
    });
    const sequences = state.sequences
      .filter((it) => !isAmong(counters, it))
      .map(({ schema, name, value: before }) => {
        const after =
          counters.find((it) => it.schema === schema && it.name === name)?.value ?? null;
        return { schema, name, before, after };
      });
    const isLast = log.checkpoints.at(-1)?.id === checkpoint.id;
    if (isLast && notes.length + sequences.length === 0) keepPlace(plan, since, seen.counts);
    return { tables, sequences };
  });
}

/** How the values of a note are read: as those of the row. */
function keptValues({ columns }: Tracked): string[] {
  return columns.map((column, i) => selected({ ...column, name: `c${i}` }, 'l'));
}

function keyedSql({ database }: OpenLog, notes: Notes): string {
  const { columns, key } = notes.tracked;
  const now = columns.map((column) => selected(column, 't'));
  return `SELECT l.mark, t.${quote(key?.[0] as string)} IS NOT NULL, ${[...keptValues(notes.tracked), ...now].join(', ')}
    ${firstNotes(database, notes, 'LEFT JOIN')}`;
}

function keyedChanges({ columns }: Tracked, rows: readonly Row[]): RowChange[] {
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

function wholeSql({ database }: OpenLog, notes: Notes): string {
  return `SELECT y.net, ${keptValues(notes.tracked).join(', ')} FROM (${netImages(database, notes)}) y
    JOIN ${logOf(database, notes.tracked)} l ON l.id = y.first ORDER BY l.id`;
}

function wholeChanges(rows: readonly Row[]): RowChange[] {
  return rows.flatMap(([net, ...row]) => {
    const change = Number(net) < 0 ? { before: row, after: null } : { before: null, after: row };
    return Array.from<RowChange>({ length: Math.abs(Number(net)) }).fill(change);
  });
}
