import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parsePolicy } from '@hot-fixture/masking';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openExtraction } from '../src/index.js';
import { key, template } from './shop.js';

let folder: string;
const secret = 'anna.schmidt@real.example';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hfit-test-files-'));
  for (const name of ['a.txt', 'b.pdf', 'c.png', 'd.bin', 'e.json', 'f.xml', 'g.html', 'h.gif']) {
    await writeFile(join(folder, name), `Übrigens: write to ${secret}.\r\n`);
  }
  await writeFile(join(folder, 'latin.txt'), Buffer.from([0x41, 0xfc, 0x42]));
  await writeFile(join(folder, 'zero.txt'), Buffer.from([0x41, 0, 0x42]));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The bytes of a file as a package holds it. */
async function packed(name: string, decision: string): Promise<Buffer> {
  const extraction = await openExtraction({
    template: template(`  ${name}: { type: file, data: { volume: files, path: ${name} } }`),
    parameters: [],
    sources: { databases: {}, volumes: { files: folder } },
    maskingKey: key,
    policy: parsePolicy(
      `policyVersion: 1\ndatabases: {}\nvolumes: { files: { "*": ${decision}, "a.*": redact } }`,
    ),
  });
  try {
    const { name: root, stream } = await extraction.package();
    const pieces: Buffer[] = [];
    for await (const piece of stream) pieces.push(piece);
    const archive = Buffer.concat(pieces);
    return execFileSync('tar', ['-xzOf', '-', `${root}/${name}`], { input: archive });
  } finally {
    await extraction.close();
  }
}

describe('a file', () => {
  it('that is kept leaves as it is', async () => {
    expect((await packed('b.pdf', 'keep')).toString()).toContain(secret);
  });

  it('of text leaves without what is personal in it; the strictest line wins', async () => {
    expect((await packed('a.txt', 'keep')).toString()).toBe('Übrigens: write to [email].\r\n');
  });

  it.each([
    ['b.pdf', /^%PDF-1\.4\n[\s\S]*%%EOF\n$/],
    ['c.png', /^.PNG/s],
    ['d.bin', /^$/],
    ['e.json', /^\{\}\n$/],
    ['f.xml', /^<\?xml/],
    ['g.html', /^<!doctype html>/],
    ['h.gif', /^GIF89a/],
  ])('%s is replaced by one of its kind', async (name, pattern) => {
    const text = (await packed(name, 'replace')).toString('latin1');
    expect(text).toMatch(pattern);
    expect(text).not.toContain(secret);
  });

  it('of the PDF has its parts where its table says', async () => {
    const text = (await packed('b.pdf', 'replace')).toString('latin1');
    const places = [...text.matchAll(/^(\d{10}) 00000 n /gm)].map(([, at]) => Number(at));
    expect(places).toHaveLength(5);
    places.forEach((at, i) => {
      expect(text.slice(at)).toMatch(new RegExp(`^${i + 1} 0 obj`));
    });
    expect(text.slice(Number(/startxref\n(\d+)/.exec(text)?.[1]))).toMatch(/^xref/);
  });

  it.each(['latin.txt', 'zero.txt'])('that is no text ends the run: %s', async (name) => {
    await expect(packed(name, 'redact')).rejects.toMatchObject({ code: 'HFIT_FILE_REDACT' });
  });

  it('that is denied does not leave', async () => {
    await expect(packed('b.pdf', 'deny')).rejects.toMatchObject({ code: 'HFIT_FILE_DENIED' });
  });
});
