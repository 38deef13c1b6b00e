import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(repository, path), 'utf8');
const readme = read('README.md');

describe('README.md', () => {
  it('names every page of docs', () => {
    const pages = readdirSync(join(repository, 'docs')).filter((name) => name.endsWith('.md'));
    const named = [...readme.matchAll(/\]\(docs\/([\w-]+\.md)\)/g)].map(([, name]) => name);
    expect([...new Set(named)].sort()).toEqual(pages.sort());
  });

  it('names every bench', () => {
    const [, table = ''] = readme.split('## Benches');
    const named = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
    const known = [...read('bench/main.ts').matchAll(/^ {2}(\w+): \w+Bench,$/gm)];
    expect(named).toEqual(known.map(([, name]) => name));
  });
});
