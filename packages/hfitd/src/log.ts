import { destination, type Logger, pino } from 'pino';
import type { LogLevel } from './config/settings.js';

export interface LogTarget {
  write(line: string): void;
}

/**
 * A logger of JSON lines. Requests and errors are never handed to it whole: each place names the
 * fields that it logs, so no header, body or value gets in by accident.
 */
export function makeLogger(level: LogLevel, target?: LogTarget): Logger {
  const nothing = () => undefined;
  const serializers = { req: nothing, res: nothing, err: nothing };
  const options = { level, base: { pid: process.pid }, serializers };
  return pino(options, target ?? destination({ dest: 2, sync: true }));
}
