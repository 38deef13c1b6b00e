import { HfitError } from '@hot-fixture/errors';
import type { Session } from '../driver.js';
import { qualified, type Table } from '../model.js';
import { isOwnTrigger } from './own.js';
import { literal } from './quote.js';

/**
 * This server has no way to keep a trigger from firing, so where there is one, nothing is done. Our
 * own are to go on.
 * @throws HFIT_TRIGGERS_FIRE
 */
export async function muteTriggers(
  session: Session,
  tables: readonly Table[],
): Promise<readonly string[]> {
  for (const schema of new Set(tables.map((table) => table.schema))) {
    const inSchema = tables.filter((table) => table.schema === schema);
    const names = inSchema.map(({ name }) => literal(name)).join(', ');
    const rows = await session.query(
      `SELECT TRIGGER_NAME, EVENT_OBJECT_TABLE FROM information_schema.TRIGGERS
       WHERE EVENT_OBJECT_SCHEMA = ${databaseOf(schema)} AND EVENT_OBJECT_TABLE IN (${names})
         AND NOT ${isOwnTrigger} ORDER BY 2, 1`,
    );
    const [first] = rows.filter(([, table]) => inSchema.some(({ name }) => name === table));
    if (!first) continue;
    const [trigger, name] = first as [string, string];
    throw new HfitError('HFIT_TRIGGERS_FIRE', {
      table: qualified({ schema, name }),
      reason: `MySQL and MariaDB cannot switch off its trigger ${trigger}`,
    });
  }
  return [];
}

/** The name of a schema as an expression: our own database has the empty name. */
export function databaseOf(schema: string): string {
  return schema === '' ? 'DATABASE()' : literal(schema);
}
