import { qualified } from '@hot-fixture/database';
import type { ClassifiedTable } from './classify.js';
import type { PlannedExport } from './plan.js';

/**
 * How many values maskers could not read, so that they became NULL: by `source: table`, then by
 * column; only where there are some.
 */
export type Unread = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Of the rows that have gone by so far. */
export function unreadOf(exports: readonly PlannedExport[]): Unread {
  const tables = classifiedOf(exports).map((it) => [nameOf(it), countsOf(it)] as const);
  return Object.fromEntries(tables.filter(([, counts]) => Object.keys(counts).length > 0));
}

/** The same for people, a line for each column. */
export function unreadWarnings(exports: readonly PlannedExport[]): string[] {
  return classifiedOf(exports).flatMap((it) =>
    Object.entries(countsOf(it)).map(([column, count]) => {
      const decision = it.decisions.get(column);
      const masker = decision?.kind === 'mask' ? decision.masker : 'its masker';
      const values = count === 1 ? '1 value, which' : `${count} values, which`;
      return `${nameOf(it)}.${column}: ${masker} could not read ${values} became NULL`;
    }),
  );
}

/** Exports may share a table. */
function classifiedOf(exports: readonly PlannedExport[]): ClassifiedTable[] {
  return [...new Set(exports.flatMap(({ tables }) => tables.map((it) => it.classified)))];
}

function countsOf({ columns, masks }: ClassifiedTable): Record<string, number> {
  const counts = columns.map(({ name }, i) => [name, masks[i]?.unread.values ?? 0] as const);
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

function nameOf({ source, table }: ClassifiedTable): string {
  return `${source.name}: ${qualified(table)}`;
}
