import type { Dialect } from '../dialect.js';

/** Result codes that a reason names; `node:sqlite` gives numbers alone. */
const names: Record<number, string> = {
  5: 'SQLITE_BUSY',
  6: 'SQLITE_LOCKED',
  8: 'SQLITE_READONLY',
  10: 'SQLITE_IOERR',
  11: 'SQLITE_CORRUPT',
  13: 'SQLITE_FULL',
  14: 'SQLITE_CANTOPEN',
  19: 'SQLITE_CONSTRAINT',
  20: 'SQLITE_MISMATCH',
  26: 'SQLITE_NOTADB',
  275: 'SQLITE_CONSTRAINT_CHECK',
  787: 'SQLITE_CONSTRAINT_FOREIGNKEY',
  1299: 'SQLITE_CONSTRAINT_NOTNULL',
  1555: 'SQLITE_CONSTRAINT_PRIMARYKEY',
  1811: 'SQLITE_CONSTRAINT_TRIGGER',
  2067: 'SQLITE_CONSTRAINT_UNIQUE',
  2579: 'SQLITE_CONSTRAINT_ROWID',
};

/**
 * What an error of SQLite means. Its messages name tables, columns and constraints and no values,
 * but for those of a trigger, which says what its author wants it to say.
 */
export function explain(error: unknown): ReturnType<Dialect['explain']> {
  const code = codeOf(error);
  const { message } = error as { message?: string };
  const text =
    code === 'SQLITE_CONSTRAINT_TRIGGER' ? 'a trigger refused the row' : (message ?? String(error));
  const isLost =
    /^SQLITE_(IOERR|CANTOPEN)/.test(code ?? '') ||
    /database (connection )?is not open/.test(message ?? '');
  return {
    reason: code ? `${text}, ${code}` : text,
    ...(isLost && { end: 'lost' as const }),
    ...(code === 'SQLITE_FULL' && { end: 'full' as const }),
  };
}

export function isBusy(error: unknown): boolean {
  return /^SQLITE_(BUSY|LOCKED)/.test(codeOf(error) ?? '');
}

/** Another row has a value that has to be unique. */
export function isTaken(error: unknown): boolean {
  return /^SQLITE_CONSTRAINT_(UNIQUE|PRIMARYKEY|ROWID)$/.test(codeOf(error) ?? '');
}

function codeOf(error: unknown): string | undefined {
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  if (typeof errcode === 'number') {
    return names[errcode] ?? names[errcode & 0xff] ?? `SQLITE_ERROR ${errcode}`;
  }
  return typeof code === 'string' && code.startsWith('SQLITE_') ? code : undefined;
}
