import { type Database, qualified } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import { factsOf, spellings } from '@hot-fixture/extract';
import type { Policy } from '@hot-fixture/masking';

/** What a policy says of a source as it is now. */
export interface Compared {
  /** How many of its columns the policy gives out. */
  readonly text: string;
  /** What the policy names, and the source has not. */
  readonly unknown: string[];
}

/** Compares a policy with the tables of a source. */
export async function comparePolicy(
  name: string,
  database: Database,
  policy: Policy,
): Promise<Compared> {
  const counts = { keep: 0, mask: 0, deny: 0 };
  const unknown: string[] = [];
  const known: string[] = [];
  let tables = 0;
  const snapshot = await database.snapshot();
  try {
    for (const namespace of await snapshot.schemas()) {
      const schema = await snapshot.introspect([namespace]);
      for (const table of schema.tables) {
        const names = spellings(schema, table);
        tables++;
        known.push(...names);
        for (const column of table.columns) {
          counts[policy.decide(name, names, factsOf(table, column)).kind]++;
        }
        unknown.push(
          ...unknownColumns(() => {
            const columns = table.columns.map((column) => column.name);
            policy.checkColumns(name, names, columns);
          }, qualified(table)),
        );
      }
    }
  } finally {
    await snapshot.close();
  }
  if (policy.knows(name)) {
    const missing = policy.unknownTables(name, known);
    unknown.unshift(...missing.map((it) => `${it.where}: there is no table "${it.name}"`));
  }
  const { keep, mask, deny } = counts;
  const text = `${tables} tables, columns: ${keep} kept, ${mask} masked, ${deny} denied`;
  return { text, unknown };
}

function unknownColumns(check: () => void, table: string): string[] {
  try {
    check();
    return [];
  } catch (error) {
    if (!(error instanceof HfitError)) throw error;
    return [`${error.where ?? table}: ${error.what}`];
  }
}
