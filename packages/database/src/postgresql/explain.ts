import type { Dialect } from '../dialect.js';

/**
 * What an error of PostgreSQL means. Its detail is left out, because it quotes values of rows; the
 * error itself stays the cause.
 */
export function explain(error: unknown): ReturnType<Dialect['explain']> {
  const { code, message, constraint, where, ...rest } = error as Record<string, string | undefined>;
  const column = rest.column ?? /, line \d+, column (.+?)(?:: .*)?$/su.exec(where ?? '')?.[1];
  const parts = [withoutValues(code, message ?? String(error))];
  if (constraint && !parts[0]?.includes(constraint)) parts.push(`constraint ${constraint}`);
  if (column && !parts[0]?.includes(`"${column}"`)) parts.push(`column ${column}`);
  if (code) parts.push(`SQLSTATE ${code}`);
  return {
    reason: parts.join(', '),
    ...(isLost(code, message ?? '') && { end: 'lost' as const }),
    ...(code === '53100' && { end: 'full' as const }),
    ...(column && { column }),
    ...(code === '57014' && !/user request/.test(message ?? '') && { limit: 'statement' as const }),
    ...(code === '55P03' && { limit: 'lock' as const }),
  };
}

/**
 * Classes 08 (connection) and 57P (the server ends it), and what sockets say; 08P01 is a statement
 * that the protocol cannot carry, on a connection that is well.
 */
function isLost(code: string | undefined, message: string): boolean {
  return (
    /^(08(?!P01)...|57P0.|ECONN.*|EPIPE|ETIMEDOUT)$/.test(code ?? '') ||
    /connection terminated|connection error|client has encountered|not queryable|PGlite is clos/i.test(
      message,
    )
  );
}

/** Class 22, data exceptions, quotes what was in the row: `invalid input syntax …: "Anna"`. */
function withoutValues(code: string | undefined, message: string): string {
  return code?.startsWith('22') ? message.replace(/:? ?".*"/su, ' …') : message;
}
