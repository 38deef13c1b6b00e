import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { errorPage } from '../../scripts/error-docs.js';

const repository = fileURLToPath(new URL('../..', import.meta.url));

describe('errorPage', () => {
  const page = errorPage({
    cellar: {
      HFIT_CELLAR_WET: {
        kind: 'conflict',
        what: '{cellar} holds ${{depth}} of *water* in <folder> a_b _c_',
        todo: 'Pump it out, then:\npump {cellar}',
      },
    },
    attic: {},
  });

  it('has a heading for each room that has codes, and one for each code', () => {
    expect(page.match(/^##+ .*/gm)).toEqual(['## cellar', '### HFIT_CELLAR_WET']);
  });

  it('shows what happened and what to do, with values in italics and signs as they are', () => {
    expect(page).toContain(
      'What happened: *cellar* holds ${*depth*} of \\*water\\* in \\<folder> a_b \\_c\\_\n',
    );
    expect(page).toContain('What to do: Pump it out, then:\\\npump *cellar*\n');
  });

  it('gives kind, exit code and status', () => {
    expect(page).toContain('Kind: conflict, exit code 5, HTTP status 409.\n');
    expect(page.match(/^\| \w+ \|.*\| \d \| \d{3} \|$/gm)).toHaveLength(7);
  });
});

describe('tsx scripts/error-docs.ts', () => {
  it('writes the page, and with --check ends with 1 when it is missing or old', () => {
    const root = mkdtempSync(join(tmpdir(), 'hfit_test_docs_'));
    const run = (...args: string[]) =>
      spawnSync(process.execPath, ['--import', 'tsx', 'scripts/error-docs.ts', ...args, root], {
        cwd: repository,
        encoding: 'utf8',
      });
    try {
      const absent = run('--check');
      expect([absent.status, absent.stderr]).toEqual([1, expect.stringContaining('npm run fix')]);
      expect(run().status).toBe(0);
      expect(readFileSync(join(root, 'docs/errors.md'), 'utf8')).toContain('### HFIT_DATABASE_URL');
      appendFileSync(join(root, 'docs/errors.md'), '\n');
      expect(run('--check').status).toBe(1);
    } finally {
      rmSync(root, { recursive: true });
    }
  }, 180_000);
});
