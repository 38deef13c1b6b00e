import type { Schema } from '../../model.js';
import { arrayLiteral } from '../array.js';
import { quoteTable } from '../quote.js';
import { stranger } from './own-schema.js';
import type { LogSession } from './session.js';
import { loggedTables } from './tables.js';

/** Why this role cannot keep a log of these tables, in words; null where it can. */
export async function obstacle(session: LogSession, schema: Schema): Promise<string | null> {
  const [role] = await session.query(
    `SELECT current_user, has_database_privilege(current_database(), 'CREATE'),
            pg_has_role(n.nspowner, 'USAGE'),
            pg_is_in_recovery()
     FROM (SELECT 1) x LEFT JOIN pg_namespace n ON n.nspname = 'hfit'`,
  );
  const [user, mayCreate, ownsSchema, isStandby] = role as (string | null)[];
  if (isStandby === 't') return 'the server is a standby, to which nobody can write';
  const other = await stranger(session);
  if (other) return `it has a schema "hfit" in which somebody else has made ${other}`;
  if (ownsSchema === 'f') return `role ${user} does not own the schema "hfit"`;
  if (ownsSchema === null && mayCreate === 'f') {
    return `role ${user} may not make a schema for it (GRANT CREATE ON DATABASE)`;
  }
  const [subscription] = await session.query(subscriptions);
  if (subscription) {
    return `subscription ${subscription[0]} brings rows of another server, without the triggers for statements`;
  }
  const [foreign] = await session.query(notOwned, [arrayLiteral(schema.tables.map(quoteTable))]);
  if (foreign)
    return `role ${user} does not own table ${foreign[0]}, so it may not give it triggers`;
  const [hidden] = await session.query(rowsHidden, [arrayLiteral(schema.tables.map(quoteTable))]);
  if (hidden) return `row-level security hides rows of table ${hidden[0]} from role ${user}`;
  const [sequence] = await session.query(notOwned, [
    arrayLiteral(schema.sequences.map(quoteTable)),
  ]);
  if (sequence) return `role ${user} does not own sequence ${sequence[0]}`;
  const tables = await loggedTables(session, schema);
  const partition = tables.flatMap((it) => it.relations).find((it) => it.foreign);
  if (partition) return `partition ${partition.name} is a table of another server`;
  return null;
}

const subscriptions = `
  SELECT s.subname FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid
  WHERE d.datname = current_database() LIMIT 1`;

const notOwned = `
  SELECT c.oid::regclass FROM unnest($1::text[]) g(name) JOIN pg_class c ON c.oid = g.name::regclass
  WHERE NOT pg_has_role(c.relowner, 'USAGE') LIMIT 1`;

const rowsHidden = `
  SELECT c.oid::regclass FROM unnest($1::text[]) g(name) JOIN pg_class c ON c.oid = g.name::regclass
  WHERE row_security_active(c.oid) LIMIT 1`;
