import {
  type Column,
  Database,
  type Row,
  type Schema,
  type SequenceState,
  type Table,
} from '@hot-fixture/database';

/** All that a database holds at one moment. */
export interface State {
  readonly schema: Schema;
  rows(table: Table, columns: readonly Column[]): AsyncIterable<readonly Row[]>;
  sequences(): Promise<readonly SequenceState[]>;
}

/** Those that can be written, and so have to be compared. */
export function ownColumns(table: Table): Column[] {
  return table.columns.filter(({ generated }) => !generated);
}

/**
 * Lends one moment of a database; a state is lent as it is.
 * @param schemas only these; by default the ones that a user of the database would mean
 */
export async function withState<T>(
  of: Database | State,
  schemas: readonly string[] | undefined,
  work: (state: State) => Promise<T>,
): Promise<T> {
  if (!(of instanceof Database)) return work(of);
  const snapshot = await of.snapshot();
  try {
    const schema = await snapshot.introspect(schemas);
    return await work({
      schema,
      rows: (table, columns) => snapshot.rows({ table, columns }),
      sequences: () =>
        snapshot.using((session) => of.dialect.readSequences(session, schema.sequences)),
    });
  } finally {
    await snapshot.close();
  }
}

/** The same schema with nothing in it. */
export function emptyState(schema: Schema): State {
  return {
    schema,
    async *rows() {},
    sequences: async () => [],
  };
}
