import { countOrphans, type Session } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import type { Factories } from '../database/factories.js';
import type { Values } from '../database/node.js';
import type { Order } from '../database/scope.js';
import type { Recycled } from '../define/definition.js';
import type { TableFacts } from '../table/facts.js';
import { hardKeys } from './order.js';

/**
 * Makes rows of tables that need each other: their keys are chosen before, so that each can name
 * the other, and are checked before the commit.
 * @throws HFIT_SEED_CYCLE
 */
export async function seedTogether(
  factories: Factories,
  tables: readonly { readonly facts: TableFacts; readonly count: number; readonly there: number }[],
  recycled: readonly Recycled[],
): Promise<Map<TableFacts, Values[]>> {
  const { world, database } = factories;
  const names = tables.map(({ facts }) => facts.name).join(', ');
  const keyed = new Map(tables.map((it) => [it.facts, keyOf(it.facts, names)]));
  const counts = new Map(tables.map((it) => [it.facts, it]));
  const orders = tables.map(({ facts, count, there }): Order => {
    const keys = hardKeys(facts).filter((key) => keyed.has(world.targetOf(key)));
    const { definition } = world.factoryOf(facts);
    const overrides = (i: number): Values => {
      const given: Values = { [keyed.get(facts) as string]: there + i + 1 };
      for (const key of keys) {
        const target = counts.get(world.targetOf(key));
        const own = key.columns[0];
        if (key.columns.length !== 1 || own === undefined || !target) throw cycle(names);
        if (key.targetColumns[0] !== keyed.get(target.facts)) throw cycle(names);
        given[own] = target.there + (i % target.count) + 1;
      }
      return given;
    };
    return { definition, count, overrides };
  });
  const check = async (session: Session): Promise<void> => {
    for (const { facts } of tables) {
      for (const foreignKey of facts.table.foreignKeys) {
        const reference = { table: facts.table, foreignKey };
        if (await countOrphans(database.dialect, session, reference, null)) throw cycle(names);
      }
    }
  };
  const rows = await factories.createAll(orders, { recycled, withoutKeys: check });
  let at = 0;
  return new Map(
    tables.map(({ facts, count }) => {
      at += count;
      return [facts, rows.slice(at - count, at) as Values[]];
    }),
  );
}

function keyOf({ table }: TableFacts, names: string): string {
  const [name, ...others] = table.primaryKey?.columns ?? [];
  const column = table.columns.find((it) => it.name === name);
  if (!column || others.length > 0 || column.kind !== 'integer') throw cycle(names);
  return column.name;
}

function cycle(tables: string): HfitError {
  return new HfitError('HFIT_SEED_CYCLE', { tables });
}
