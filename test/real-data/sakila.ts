import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../../shared/data/sakila/', import.meta.url));

/** Sakila is not part of the project: a suite that wants it is skipped where it is absent. */
export const hasSakila = existsSync(folder);
if (!hasSakila) console.warn('skipped: the Sakila database is not beside the project');

/** The scripts for `psql`, for whatever role. */
export function sakilaScript(): string {
  return withoutOwners(['schema', 'data']);
}

/** Without the rows. */
export function sakilaSchema(): string {
  return withoutOwners(['schema']);
}

function withoutOwners(parts: readonly string[]): string {
  return parts
    .map((part) => readFileSync(`${folder}postgresql-${part}.sql`, 'utf8'))
    .join('\n')
    .replace(/^(ALTER .* OWNER TO .*|REVOKE .*|GRANT .*|CREATE OR REPLACE PROCEDURAL .*);$/gm, '');
}
