import { type ForeignKey, qualified, sameTable, type Table } from '../../model.js';
import { quote, quoteTable } from '../quote.js';
import { anyOf, sameBytes } from './applied.js';

/*
 * Foreign keys of InnoDB act below the triggers: what they delete or change fires none. So the
 * trigger of the table that is written asks beforehand which rows they will reach.
 */

/** A foreign key and the table that holds it. */
export interface Edge {
  readonly child: Table;
  readonly key: ForeignKey;
}

/** How a foreign key, or several in a row, lead from the row that is written to rows of a table. */
export interface Way {
  readonly steps: readonly Edge[];
  /** Whether the rows go, or which of their columns get which expression. */
  readonly effect: 'deleted' | ReadonlyMap<string, string>;
  /** A condition over OLD and NEW that has to hold; null where it always does. */
  readonly when: string | null;
}

/** What a column gets, and a condition that tells whether it is written at all; null for always. */
interface Change {
  readonly value: string;
  readonly when: string | null;
}

/** Deeper than this, InnoDB refuses to act. */
const deepest = 15;
/** More ways than this are not followed: they are a text in each trigger. */
const most = 300;
/** Each key in a loop takes the server four times as long to plan the recursive query. */
const mostInLoop = 8;

/** The ways of one event of a table; from `loops`, deletions come round to a table again. */
export interface Reach {
  readonly ways: readonly Way[];
  readonly loops: boolean;
}

export const targetOf = ({ steps }: Way): Table => (steps.at(-1) as Edge).child;

/** The name under which the rows of a step stand in a query. */
const alias = (step: number) => `w${step}`;
export const lastAlias = ({ steps }: Way) => alias(steps.length - 1);

export function edgesTo(tables: readonly Table[], target: Table): Edge[] {
  return tables.flatMap((child) =>
    child.foreignKeys.filter((key) => sameTable(key.target, target)).map((key) => ({ child, key })),
  );
}

/** What is reached when a row of the table is deleted. */
export function reachOfDelete(tables: readonly Table[], table: Table): Reach {
  const ways: Way[] = [];
  let loops = false;
  const follow = (from: Table, steps: readonly Edge[], passed: readonly Table[]) => {
    if (ways.length > most || steps.length >= deepest) return;
    for (const edge of edgesTo(tables, from)) {
      const path = [...steps, edge];
      if (edge.key.onDelete === 'cascade') {
        ways.push({ steps: path, effect: 'deleted', when: null });
        if ([...passed, edge.child].filter((it) => it === edge.child).length > 1) loops = true;
        else follow(edge.child, path, [...passed, edge.child]);
      } else if (edge.key.onDelete === 'set null') {
        const effect = new Map(edge.key.columns.map((column) => [column, 'NULL']));
        const changed = new Map(edge.key.columns.map((column) => [column, nulled(null)]));
        const further = furtherUpdates(tables, path, changed, passed);
        ways.push({ steps: path, effect, when: null }, ...further);
      }
    }
  };
  follow(table, [], [table]);
  return { ways, loops };
}

const nulled = (when: string | null): Change => ({ value: 'NULL', when });

/** What is reached when columns of a row change; NEW holds the values that they get. */
export function reachOfUpdate(tables: readonly Table[], table: Table): readonly Way[] {
  const changed = new Map(
    table.columns.map(({ name, kind }) => {
      const [value, old] = [`NEW.${quote(name)}`, `OLD.${quote(name)}`];
      return [name, { value, when: `NOT (${sameBytes(old, value, kind)})` }] as const;
    }),
  );
  return updates(tables, table, [], changed, [table]);
}

function furtherUpdates(
  tables: readonly Table[],
  steps: readonly Edge[],
  changed: ReadonlyMap<string, Change>,
  passed: readonly Table[],
): Way[] {
  const { child } = steps.at(-1) as Edge;
  return updates(tables, child, steps, changed, [...passed, child]);
}

/** Updates never come to a table twice: InnoDB refuses that. */
function updates(
  tables: readonly Table[],
  table: Table,
  steps: readonly Edge[],
  changed: ReadonlyMap<string, Change>,
  passed: readonly Table[],
): Way[] {
  if (steps.length >= deepest) return [];
  return edgesTo(tables, table).flatMap((edge) => {
    const { key, child } = edge;
    const touched = key.targetColumns.flatMap((it) => changed.get(it) ?? []);
    if (passed.includes(child) || touched.length === 0) return [];
    if (key.onUpdate !== 'cascade' && key.onUpdate !== 'set null') return [];
    const when = touched.some((it) => it.when === null)
      ? null
      : anyOf(touched.map((it) => it.when as string));
    // Of a key of several columns InnoDB passes on what was changed, and the rest stays: 'A' that
    // points to 'a' is not made 'a'.
    const changes = new Map(
      key.columns.flatMap((column, i) => {
        const change = changed.get(key.targetColumns[i] as string);
        if (key.onUpdate === 'set null') return [[column, nulled(when)] as const];
        return change ? [[column, change] as const] : [];
      }),
    );
    const effect = new Map(
      [...changes].map(([column, { value, when: written }]) => {
        const own = `${alias(steps.length)}.${quote(column)}`;
        const always = written === null || written === when;
        return [column, always ? value : `IF(${written}, ${value}, ${own})`] as const;
      }),
    );
    const path = [...steps, edge];
    return [{ steps: path, effect, when }, ...furtherUpdates(tables, path, changes, passed)];
  });
}

/** The keys by which deletions are passed on, and from there to others. */
function cascadesInLoop(ways: readonly Way[]): number {
  const passing = ways.flatMap(({ steps }) => steps.slice(0, -1).map(({ key }) => key));
  const on = ways.flatMap(({ steps }) => steps.slice(1).map(({ key }) => key));
  return new Set([...passing, ...on].filter(({ onDelete }) => onDelete === 'cascade')).size;
}

/** The rows at the end of a way, as the part of a query from FROM on. */
export function fromWay(way: Way): string {
  const tables = way.steps.map(({ child }, i) => `${quoteTable(child)} ${alias(i)}`);
  return `FROM ${tables.join(' JOIN ')} WHERE ${conditions(way).join(' AND ')}`;
}

/** Whether a row under the name `last` is at the end of a way. */
export function isReached(way: Way, last: string): string {
  const before = way.steps.slice(0, -1).map(({ child }, i) => `${quoteTable(child)} ${alias(i)}x`);
  const name = (i: number) => (i === way.steps.length - 1 ? last : `${alias(i)}x`);
  const all = conditions(way, name).join(' AND ');
  if (before.length === 0) return `COALESCE(${all}, FALSE)`;
  return `EXISTS (SELECT 1 FROM ${before.join(' JOIN ')} WHERE ${all})`;
}

function conditions({ steps, when }: Way, name: (i: number) => string = alias): string[] {
  const joins = steps.flatMap(({ key }, i) => matches(key, name(i), i === 0 ? 'OLD' : name(i - 1)));
  return when === null ? joins : [...joins, `(${when})`];
}

export function matches(key: ForeignKey, child: string, target: string): string[] {
  return key.columns.map(
    (column, i) => `${child}.${quote(column)} = ${target}.${quote(key.targetColumns[i] as string)}`,
  );
}

/**
 * Why the rows of a table without a key could not be counted exactly: keys lead to them in several
 * ways that do different things, or in a loop. Null where they can.
 */
export function ambiguity(
  table: Table,
  ways: readonly Way[],
  loops: boolean,
  isKeyed: (table: Table) => boolean,
): string | null {
  if (ways.length > most)
    return `foreign keys lead from table ${qualified(table)} to others in more than ${most} ways`;
  if (loops && cascadesInLoop(ways) > mostInLoop)
    return `a deletion in table ${qualified(table)} follows more than ${mostInLoop} foreign keys which lead to a loop`;
  const onward = ways.find(({ steps }) => steps.at(-2)?.key.onDelete === 'set null');
  if (loops && onward) {
    return `table ${qualified(targetOf(onward))} follows by ON UPDATE a key that a deletion in ${qualified(table)} sets to null, and foreign keys lead from there to itself`;
  }
  for (const child of new Set(ways.map(targetOf))) {
    if (isKeyed(child)) continue;
    if (child === table)
      return `table ${qualified(table)} has no key of its own, and a foreign key leads from it to itself; give it a primary key`;
    const all = ways.filter((way) => targetOf(way) === child);
    const changing = all.some(({ effect }) => effect !== 'deleted');
    if (!loops && (all.length === 1 || !changing)) continue;
    return `table ${qualified(child)} has no key of its own, and foreign keys lead to it from ${qualified(table)} in more than one way; give it a primary key`;
  }
  return null;
}
