import type { ClientProgram } from '../dialect.js';

/** sqlite3, which reaches files alone. */
export function clientProgram(url: string): ClientProgram | null {
  const path = /^sqlite:(?:\/\/(?=\/))?(.*)$/is.exec(url)?.[1];
  if (path === undefined || path === '' || path === ':memory:') return null;
  // What begins with a dash would be taken for an option.
  const file = path.startsWith('-') ? `./${path}` : path;
  return { commands: [['sqlite3', '-batch', file]], environment: {} };
}
