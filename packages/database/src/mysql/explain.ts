import type { Dialect } from '../dialect.js';

/**
 * What an error of MySQL or MariaDB means. Values that a message quotes are left out; the error
 * itself stays the cause.
 */
export function explain(error: unknown): ReturnType<Dialect['explain']> {
  const { code, errno, message, sqlState, fatal } = error as Partial<{
    code: string;
    errno: number;
    message: string;
    sqlState: string;
    fatal: boolean;
  }>;
  const text = message || code || String(error);
  if (sqlState === undefined) {
    return {
      reason: text,
      ...((fatal === true || isLost(code, text)) && { end: 'lost' as const }),
    };
  }
  const number = errno ?? 0;
  const column = wrongColumn.exec(text)?.[1];
  return {
    reason: `${withoutValues(number, text)}, error ${number}`,
    ...(ended.has(number) && { end: 'lost' as const }),
    ...(isFull(number, text) && { end: 'full' as const }),
    ...(column !== undefined && { column }),
    ...(timeLimits.has(number) && { limit: 'statement' as const }),
    ...(number === lockTimeout && { limit: 'lock' as const }),
  };
}

/** Of MariaDB and of MySQL. */
const timeLimits = new Set([1969, 3024]);
const lockTimeout = 1205;

/** The end of `Incorrect integer value: 'x' for column `a`.`b`.`c` at row 1`, or of `column 'c'`. */
const wrongColumn =
  / for column (?:['"`][^'"`]*[`]\.)*['"`]([\p{L}\p{N}_$ -]+)['"`](?: at row \d+)?$/su;

/** The server ends the connection: shutdown, a kill, a timeout. */
const ended = new Set([1053, 1077, 1079, 1080, 1152, 1158, 1159, 1160, 1161, 1184, 1927, 4031]);

/** The disk, or a table; some errors quote that of the system, 28, whatever its language. */
function isFull(number: number, text: string): boolean {
  return number === 1021 || number === 1114 || /\b(?:errcode: |error )28\b/i.test(text);
}

function isLost(code: string | undefined, message: string): boolean {
  return (
    /^(PROTOCOL_.*|ECONN.*|EPIPE|ETIMEDOUT|EHOSTUNREACH)$/.test(code ?? '') ||
    /closed state|connection (lost|is closed)/i.test(message)
  );
}

/** Errors that quote names alone: of tables, columns, keys, users, collations. */
const namesOnly = new Set([
  1005, 1044, 1045, 1048, 1049, 1050, 1051, 1054, 1060, 1061, 1067, 1072, 1091, 1115, 1118, 1142,
  1143, 1146, 1227, 1264, 1265, 1267, 1271, 1273, 1364, 1406, 1451, 1452, 1792, 3819, 3988, 4025,
]);

/**
 * All other messages are cut from their first quote on, but for the key or the column that they
 * end with: a value may hold quotes of its own, so what stands between is not to be trusted.
 */
function withoutValues(number: number, message: string): string {
  const quote = message.search(/['"]/);
  if (quote === -1 || namesOnly.has(number)) return message;
  const tail = /.*( for (?:key|column) ['"`][\p{L}\p{N}_.`$-]+['"`](?: at row \d+)?)$/su.exec(
    message,
  )?.[1];
  return message.slice(0, quote).trimEnd().replace(/:$/, '') + (tail ?? '');
}
