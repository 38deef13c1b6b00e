import type { ForeignKey } from '@hot-fixture/database';
import type { TableFacts } from '../table/facts.js';

/** What has to be known of tables that point to each other. */
export interface Tables {
  readonly tables: ReadonlyMap<string, TableFacts>;
  tableNamed(name: string): TableFacts;
  targetOf(key: ForeignKey): TableFacts;
}
