import type { Column, Table } from '../../model.js';
import { triggerStart } from '../own.js';
import { quote, quoteTable } from '../quote.js';
import { anyOf, isLeftAlone, isOrphan, isTaken, sameBytes } from './applied.js';
import {
  ambiguity,
  fromWay,
  isReached,
  lastAlias,
  reachOfDelete,
  reachOfUpdate,
  targetOf,
  type Way,
} from './cascade.js';
import { loopSteps } from './loop.js';
import { keptColumns, logOf, type Tracked } from './plan.js';

/*
 * Of a row with a key the log notes what was there before: the row (mark 1), or that there was none
 * (mark 0). The first note of a key since a checkpoint tells its original, so a note too many does no
 * harm. Of rows without a key it notes each one that came (mark 1) and went (mark -1).
 */

/** The statements that make the triggers of one table. */
export function triggersOf(database: string, all: readonly Tracked[], tracked: Tracked): string[] {
  const { table, columns, key } = tracked;
  const log = logOf(database, tracked);
  const row = (name: 'OLD' | 'NEW') => columns.map((column) => `${name}.${quote(column.name)}`);
  const whole = (mark: number, name: 'OLD' | 'NEW') =>
    `INSERT INTO ${log} (mark, ${keptColumns(tracked).join(', ')}) VALUES (${[mark, ...row(name)].join(', ')});`;
  const absent = key
    ? `INSERT INTO ${log} (mark, ${keptColumns(tracked).join(', ')})
       VALUES (${[0, ...keyAlone(tracked, (it) => `NEW.${quote(it)}`)].join(', ')});`
    : '';
  const moved = (key ?? []).map((it) => `OLD.${quote(it)} <=> NEW.${quote(it)}`).join(' AND ');
  // MariaDB fires also for a row that UPDATE IGNORE has left alone, since its new key is taken.
  const still = `SELECT 1 FROM ${quoteTable(table)} x WHERE ${(key ?? []).map((it) => `x.${quote(it)} = OLD.${quote(it)}`).join(' AND ')}`;
  const events = key
    ? {
        AI: absent,
        AU: `${whole(1, 'OLD')} IF NOT (${moved}) AND NOT EXISTS (${still}) THEN ${absent} END IF;`,
        AD: whole(1, 'OLD'),
      }
    : {
        AI: whole(1, 'NEW'),
        AU: `IF NOT (${notApplied(tracked)}) THEN ${whole(-1, 'OLD')} ${whole(1, 'NEW')} END IF;`,
        AD: whole(-1, 'OLD'),
      };
  const { onDelete, onUpdate, afterDelete, afterUpdate } = reached(database, all, tracked);
  const taken = key ? null : isTaken(table);
  const bodies = {
    ...events,
    AU: events.AU + afterUpdate,
    AD: events.AD + afterDelete,
    BD: onDelete,
    BU: (taken === null ? '' : `SET ${takenName(tracked)} = ${taken};`) + onUpdate,
  };
  return Object.entries(bodies).flatMap(([event, body]) =>
    body === '' ? [] : [trigger(tracked, event as keyof typeof when, table, body)],
  );
}

/** Holds from before to after the change of a row whether its new key was taken. */
const takenName = ({ n }: Tracked) => `@hfit_taken_${n}`;

function notApplied(tracked: Tracked): string {
  const { table, key } = tracked;
  const taken = !key && isTaken(table) !== null ? [`IFNULL(${takenName(tracked)}, FALSE)`] : [];
  return anyOf([...taken, isLeftAlone(table), isOrphan(table)]);
}

const when = {
  AI: 'AFTER INSERT',
  AU: 'AFTER UPDATE',
  AD: 'AFTER DELETE',
  BD: 'BEFORE DELETE',
  BU: 'BEFORE UPDATE',
};

function trigger({ n }: Tracked, event: keyof typeof when, table: Table, body: string): string {
  const name = quoteTable({ schema: table.schema, name: `hfit_${n}_${event.toLowerCase()}` });
  return `CREATE TRIGGER ${name} ${when[event]} ON ${quoteTable(table)} FOR EACH ROW ${triggerStart} THEN ${body} END IF`;
}

/** Notes what foreign keys will do to other rows. */
function reached(database: string, all: readonly Tracked[], tracked: Tracked) {
  const { table } = tracked;
  const tables = all.map((it) => it.table);
  const trackedOf = (child: Table) => all.find((it) => it.table === child) as Tracked;
  const deletion = reachOfDelete(tables, table);
  const onDelete = deletion.loops
    ? loopSteps(tables, table).map((step) => {
        const child = trackedOf(step.edge.child);
        return `INSERT INTO ${logOf(database, child)} (mark, ${keptColumns(child).join(', ')})
          ${step.with} SELECT ${['1', ...valuesOf(child, 'c')].join(', ')} ${step.from} LOCK IN SHARE MODE;`;
      })
    : deletion.ways.flatMap((way, i) =>
        notes(database, tracked, trackedOf(targetOf(way)), way, deletion.ways.slice(0, i)),
      );
  const deleted = deletion.ways.map((way) => trackedOf(targetOf(way)));
  const changes = reachOfUpdate(tables, table);
  const changed = changes.map((way) => trackedOf(targetOf(way)));
  const onUpdate = changes.flatMap((way, i) => {
    const [first] = way.steps;
    const columns = table.columns.filter(({ name }) => first?.key.targetColumns.includes(name));
    const noted = notes(database, tracked, trackedOf(targetOf(way)), way, changes.slice(0, i));
    return [`IF NOT (${columns.map(unchanged).join(' AND ')}) THEN`, ...noted, 'END IF;'];
  });
  const settled = settle(database, tracked, changed);
  return {
    onDelete: ifKeysAct([...announce(tracked, deleted), ...onDelete]),
    onUpdate: ifKeysAct([...announce(tracked, changed), ...onUpdate]),
    afterDelete: ifKeysAct(settle(database, tracked, deleted)),
    afterUpdate:
      settled.length === 0
        ? ''
        : ifKeysAct([`IF NOT (${notApplied(tracked)}) THEN`, ...settled, 'END IF;']),
  };
}

/** A mute session has foreign keys off, and so have those in which no key acts. */
function ifKeysAct(statements: readonly string[]): string {
  if (statements.length === 0) return '';
  return `IF @@SESSION.foreign_key_checks = 1 THEN ${statements.join(' ')} END IF;`;
}

/*
 * What keys will do to rows without a key of their own counts only when it was done: with IGNORE, a
 * row stays where another key forbids the change. So those notes are pending under a number, and a
 * note of mark 0 with that number comes after. To alter them would lock the log to others.
 */
const pendingName = ({ n }: Tracked) => `@hfit_pending_${n}`;

/** Takes a number for what will be noted before the change. */
function announce(tracked: Tracked, reached: readonly Tracked[]): string[] {
  if (!reached.some(({ key }) => key === null)) return [];
  return [`SET ${pendingName(tracked)} = UUID_SHORT();`];
}

function settle(database: string, tracked: Tracked, reached: readonly Tracked[]): string[] {
  const logs = new Set(reached.filter(({ key }) => key === null));
  return [...logs].map((it) => {
    const columns = ['mark', 'pending', ...keptColumns(it)];
    const values = [0, pendingName(tracked), ...keyAlone(it, () => '')];
    return `INSERT INTO ${logOf(database, it)} (${columns.join(', ')}) VALUES (${values.join(', ')});`;
  });
}

/** Values of the key, and NULL for the others: those that are never null have no default. */
function keyAlone({ columns, key }: Tracked, value: (name: string) => string): string[] {
  return columns.map(({ name }) => (key?.includes(name) ? value(name) : 'NULL'));
}

function unchanged({ name, kind }: Column): string {
  return sameBytes(`OLD.${quote(name)}`, `NEW.${quote(name)}`, kind);
}

function valuesOf({ columns }: Tracked, alias: string, effect?: ReadonlyMap<string, string>) {
  return columns.map(({ name }) => effect?.get(name) ?? `${alias}.${quote(name)}`);
}

/** Statements that note the rows at the end of a way, which earlier ways may reach as well. */
function notes(
  database: string,
  tracked: Tracked,
  child: Tracked,
  way: Way,
  earlier: readonly Way[],
): string[] {
  const alias = lastAlias(way);
  const { effect } = way;
  const note = (mark: number, columns: readonly string[], values: readonly string[], once = '') =>
    `INSERT INTO ${logOf(database, child)} (${['mark', ...columns].join(', ')})
     SELECT STRAIGHT_JOIN ${[mark, ...values].join(', ')} ${fromWay(way)}${once} LOCK IN SHARE MODE;`;
  const all = keptColumns(child);
  const before = valuesOf(child, alias);
  const after = effect === 'deleted' ? null : valuesOf(child, alias, effect);
  if (child.key) {
    const moves = effect !== 'deleted' && child.key.some((it) => effect.has(it));
    const at = child.key.map((it) => child.columns.findIndex(({ name }) => name === it));
    const moved = at.map((i) => after?.[i] as string);
    // Where a row has that key already, UPDATE IGNORE will do nothing.
    const taken = child.key.map((it, i) => `x.${quote(it)} = ${moved[i]}`).join(' AND ');
    const absent = note(
      0,
      all,
      keyAlone(child, (name) => moved[child.key?.indexOf(name) ?? 0] as string),
      ` AND NOT EXISTS (SELECT 1 FROM ${quoteTable(child.table)} x WHERE ${taken})`,
    );
    return [note(1, all, before), ...(moves ? [absent] : [])];
  }
  const same = earlier.filter((it) => targetOf(it) === child.table);
  const once = same.map((it) => ` AND NOT ${isReached(it, alias)}`).join('');
  const columns = ['pending', ...all];
  const pending = (values: readonly string[]) => [pendingName(tracked), ...values];
  return [
    note(-1, columns, pending(before), once),
    ...(after ? [note(1, columns, pending(after), once)] : []),
  ];
}

/** Why changes of these tables cannot be noted exactly; null where they can. */
export function unclear(all: readonly Tracked[]): string | null {
  const tables = all.map((it) => it.table);
  const isKeyed = (table: Table) => all.some((it) => it.table === table && it.key !== null);
  for (const table of tables) {
    const { ways, loops } = reachOfDelete(tables, table);
    const told =
      ambiguity(table, ways, loops, isKeyed) ??
      ambiguity(table, reachOfUpdate(tables, table), false, isKeyed);
    if (told) return told;
  }
  return null;
}
