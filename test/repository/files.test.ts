import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folders = ['packages', 'test', 'scripts', 'examples', 'bench'];
const files = folders
  .filter((folder) => existsSync(join(root, folder)))
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => !/(^|\/)(node_modules|dist|generated)\//.test(path))
      .map((path) => `${folder}/${path}`),
  );
/** A suite may be long where the thing that it tests is wide, so those do not count. */
const sources = files.filter((path) => /^(?!packages\/[^/]+\/test\/).*\.[cm]?[jt]s$/.test(path));

describe('the files of this house', () => {
  it('hold at most 400 lines', () => {
    expect(sources.length).toBeGreaterThan(20);
    const long = sources.filter((path) => lines(path) > 400);
    expect(long).toEqual([]);
  });

  it('have no utils to collect the homeless', () => {
    expect(files.filter((path) => /\b(utils?|helpers?|misc)(\.\w+)?$/.test(path))).toEqual([]);
  });
});

function lines(path: string): number {
  return readFileSync(join(root, path), 'utf8').split('\n').length - 1;
}
