import type { ForeignKey } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import type { TableFacts } from '../table/facts.js';
import { nameOfKey } from './node.js';
import type { World } from './world.js';

/** A foreign key and the table that holds it. */
export interface Held {
  readonly facts: TableFacts;
  readonly key: ForeignKey;
}

/** `author` for `author_id`, `authorId` and `author`. */
function stem(column: string): string {
  return column.replace(/(_id|Id|_fk|_key)$/, '');
}

/**
 * The foreign key that a name means: its column, with or without `_id`, or the table it points to.
 * @throws HFIT_FACTORY_RELATION
 */
export function ownKey(world: World, facts: TableFacts, name: string): ForeignKey {
  const { foreignKeys } = facts.table;
  const byColumn = foreignKeys.filter(({ columns }) => {
    return columns.includes(name) || columns.some((column) => stem(column) === name);
  });
  const byTable = foreignKeys.filter((key) => world.targetOf(key).name === name);
  const found = byColumn.length > 0 ? byColumn : byTable;
  const known = foreignKeys.map(({ columns }) => stem(columns.at(-1) as string));
  return only(found, `belongs to "${name}"`, facts, known);
}

/**
 * The foreign key of another table that points here: `posts`, or `posts.author` where there are
 * several.
 */
export function childKey(world: World, facts: TableFacts, name: string): Held {
  const pointing = keysTo(world, facts);
  const found = pointing.filter((it) => isNamed(it, name));
  const known = pointing.map((it) => nameOfKey(it.facts, it.key));
  return only(found, `has rows of "${name}"`, facts, known);
}

/** The two keys of the junction table between here and a table, which its name means, too. */
export function junctionKeys(world: World, facts: TableFacts, name: string) {
  const pairs = keysTo(world, facts).flatMap((here) =>
    here.facts.table.foreignKeys
      .filter((there) => there !== here.key)
      .map((there) => ({ here, there, right: world.targetOf(there) })),
  );
  const found = pairs.filter(({ here, there, right }) => {
    const paths = [right.name, here.facts.name, `${here.facts.name}.${right.name}`];
    return [...paths, ...there.columns.map((it) => `${here.facts.name}.${stem(it)}`)].includes(
      name,
    );
  });
  const known = pairs.map(({ here, right }) => `${here.facts.name}.${right.name}`);
  return only(found, `is tied to "${name}"`, facts, known);
}

function keysTo(world: World, facts: TableFacts): Held[] {
  return [...world.tables.values()].flatMap((it) =>
    it.table.foreignKeys
      .filter((key) => world.targetOf(key) === facts)
      .map((key) => ({ facts: it, key })),
  );
}

function isNamed({ facts, key }: Held, name: string): boolean {
  if (facts.name === name) return true;
  return key.columns.some((it) => [it, stem(it)].some((end) => `${facts.name}.${end}` === name));
}

function only<T>(found: readonly T[], what: string, facts: TableFacts, known: string[]): T {
  if (found.length === 1) return found[0] as T;
  const reason = found.length === 0 ? 'none' : 'more than one';
  throw new HfitError('HFIT_FACTORY_RELATION', {
    table: facts.name,
    relation: what,
    reason,
    known: [...new Set(known)].join(', ') || 'none',
  });
}
