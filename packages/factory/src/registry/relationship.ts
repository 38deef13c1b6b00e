import type { ForeignKey } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import { isSoft } from '../database/node.js';
import { childKey, junctionKeys } from '../database/relations.js';
import type { World } from '../database/world.js';
import type { TableFacts } from '../table/facts.js';

/** How rows of two factories of a registry belong together. */
export interface Relationship<N extends string = string> {
  readonly name: string;
  readonly kind: 'oneToOne' | 'oneToMany' | 'manyToMany';
  /** The factory that others point to; with a junction table, one end of it. */
  readonly source: N;
  readonly target: N;
  /** The column of the target that points to the source; needed where there are several. */
  readonly foreignKey?: string;
  /** The junction table, where there are several. */
  readonly through?: string;
  /** The name under which a built source lists its targets; that of the relationship if left out. */
  readonly backReference?: string;
  /** Whether targets go with their source: checked against the schema. */
  readonly cascade?: boolean;
  /** Whether a target needs a source: checked against the schema. */
  readonly required?: boolean;
}

/** What a relationship means in the schema. */
export interface Bond {
  readonly facts: TableFacts;
  /** From there to the source. */
  readonly key: ForeignKey;
  /** From there to the target, where it is a junction table. */
  readonly other: ForeignKey | null;
}

/** @throws HFIT_REGISTRY_RELATIONSHIP, HFIT_FACTORY_RELATION */
export function bondOf(
  world: World,
  it: Relationship,
  source: TableFacts,
  target: TableFacts,
): Bond {
  if (it.kind === 'manyToMany') {
    const name = it.through === undefined ? target.name : `${it.through}.${target.name}`;
    const { here, there } = junctionKeys(world, source, name);
    return { facts: here.facts, key: here.key, other: there };
  }
  const name = it.foreignKey === undefined ? target.name : `${target.name}.${it.foreignKey}`;
  const { facts, key } = childKey(world, source, name);
  assertSaid(it, 'required', !isSoft(facts, key));
  assertSaid(it, 'cascade', key.onDelete === 'cascade');
  return { facts, key, other: null };
}

function assertSaid(it: Relationship, what: 'required' | 'cascade', is: boolean): void {
  if (it[what] === undefined || it[what] === is) return;
  const reason = `it says ${what}: ${it[what]}, and the foreign key is ${is ? '' : 'not '}so`;
  throw new HfitError('HFIT_REGISTRY_RELATIONSHIP', { name: it.name, reason });
}
