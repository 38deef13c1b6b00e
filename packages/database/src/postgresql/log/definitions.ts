import { literal } from '../quote.js';
import type { LogSession } from './session.js';
import { attempt } from './transaction.js';

/**
 * Transactions that have defined something since the schema was last looked at whole. Without WAL,
 * as the log: a crash empties both.
 */
export const definitionsTable = 'CREATE UNLOGGED TABLE hfit.definitions (writer xid8 NOT NULL)';

/** A REINDEX may run in a transaction that is read only; it defines nothing. */
const noteDefinition = `
CREATE FUNCTION hfit.note_definition() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS ${literal(`
BEGIN
  IF pg_catalog.to_regclass('hfit.definitions') IS NOT NULL AND pg_catalog.current_setting('transaction_read_only') = 'off' THEN
    INSERT INTO hfit.definitions VALUES (pg_catalog.pg_current_xact_id());
  END IF;
END`)}`;

/**
 * Makes the server tell of every statement that defines something, which takes a privilege that few
 * roles but superusers have: a look at the whole schema is needed only after one.
 * @returns the condition under which such a look is needed
 */
export async function watchDefinitions(session: LogSession): Promise<string> {
  const mayWatch = await attempt(
    session,
    `${noteDefinition}; CREATE EVENT TRIGGER hfit_definitions ON ddl_command_end EXECUTE FUNCTION hfit.note_definition()`,
  );
  if (!mayWatch) return 'true';
  // Also where a session replays what another server did.
  await session.run('ALTER EVENT TRIGGER hfit_definitions ENABLE ALWAYS');
  const [row] = await session.query(
    `SELECT e.xmin FROM pg_event_trigger e WHERE e.evtname = 'hfit_definitions'`,
  );
  await session.run(
    `COMMENT ON FUNCTION hfit.note_definition() IS 'notes that something was defined'`,
  );
  const [told] = await session.query('SELECT FROM hfit.definitions LIMIT 1');
  if (!told) {
    // A server of a single user has them, and never fires them.
    await session.run('DROP FUNCTION hfit.note_definition() CASCADE');
    return 'true';
  }
  return `EXISTS (SELECT FROM hfit.definitions) OR current_setting('event_triggers', true) = 'off' OR NOT EXISTS (
      SELECT FROM pg_event_trigger e WHERE e.evtname = 'hfit_definitions' AND e.xmin = '${row?.[0]}'::xid AND e.evtenabled = 'A')`;
}
