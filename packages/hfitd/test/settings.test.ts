import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parseSettings } from '../src/config/file.js';
import { settings, settingsTable } from '../src/config/reference.js';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

/** What the reader says that it knows at a place. */
function knownAt(text: string): string[] {
  try {
    parseSettings(text, 'hfitd.yaml');
  } catch (error) {
    const [, names = ''] = /known are (.*)$/.exec((error as { what: string }).what) ?? [];
    return names.split(', ').sort();
  }
  return [];
}

/** The fields that the reference has at a depth below a field. */
function listed(prefix: string): string[] {
  const depth = prefix === '' ? 0 : prefix.split('.').length;
  const below = settings.filter(({ yaml }) => prefix === '' || yaml.startsWith(`${prefix}.`));
  return [...new Set(below.map(({ yaml }) => yaml.split('.')[depth] as string))].sort();
}

test.each([
  ['', 'nonsense: 1\n'],
  ['sources.NAME', 'sources: { a: { nonsense: 1 } }\n'],
  ['volumes.NAME', 'volumes: { a: { path: x, nonsense: 1 } }\n'],
  ['jobs', 'jobs: { nonsense: 1 }\n'],
  ['limits', 'limits: { nonsense: 1 }\n'],
  ['audit', 'audit: { nonsense: 1 }\n'],
  ['tls', 'tls: { cert: a, key: b, nonsense: 1 }\n'],
  ['tracing', 'tracing: { endpoint: x, nonsense: 1 }\n'],
])('the reference has each field that the file may have at "%s"', (prefix, text) => {
  expect(knownAt(text)).toEqual(listed(prefix));
});

test('the reference has each variable that the environment may have', () => {
  const folder = new URL('../src/config/', import.meta.url);
  const code = readdirSync(fileURLToPath(folder))
    .filter((name) => name !== 'reference.ts')
    .map((name) => read(`../src/config/${name}`))
    .join('\n');
  const found = code.match(/\b(HFITD_[A-Z_]+[A-Z]|SERVER_ADDRESS|DBMS_PROVIDERS|VOLUMES)\b/g) ?? [];
  const known = settings.map(({ variable }) => variable);
  // These name the file itself, and what holds a part of the names below.
  const others = ['HFITD_CONFIG', 'HFITD_TLS', 'HFITD_JOBS'];
  expect(
    [...new Set(found)].filter((name) => !known.includes(name) && !others.includes(name)),
  ).toEqual([]);
});

test('the page of the server has the table of all settings', () => {
  expect(read('../../../docs/server.md')).toContain(settingsTable());
});
