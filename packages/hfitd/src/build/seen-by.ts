import type { Budget, Sources } from '@hot-fixture/extract';
import type { Limits, Rights } from '../access/rights.js';

/** What of the sources is there for a user. */
export function seenBy(
  rights: Rights,
  { databases, volumes, ...rest }: Sources,
): { sources: Sources; sees: (source: string, database: string, table: string) => boolean } {
  const kept = <T>(all: Readonly<Record<string, T>>, may: (name: string) => boolean) =>
    Object.fromEntries(Object.entries(all).filter(([name]) => may(name)));
  return {
    sources: {
      ...rest,
      databases: kept(databases, (source) => rights.maySee({ source })),
      volumes: kept(volumes, (volume) => rights.maySeeVolume(volume)),
    },
    sees: (source, database, table) => rights.maySee({ source, database, table }),
  };
}

/** The limits of a user as a budget; undefined where there are none. */
export function budgetOf({ rows, bytes }: Limits): Budget | undefined {
  if (rows === undefined && bytes === undefined) return undefined;
  return { maxRows: rows ?? null, maxBytes: bytes ?? null };
}
