import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';

/** What is to be done after the test, the latest first. */
export const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

export async function folderOfFiles(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hfit-test-track-'));
  ends.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
