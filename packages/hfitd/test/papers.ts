import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startTestDaemon, type TestDaemon } from './daemon.js';
import { makeFolder } from './folder.js';

const policy = `
policyVersion: 1
databases:
  shop:
    orders: { id: keep, customer_id: keep, total: keep, memo: keep }
    customers: { id: keep }
volumes:
  papers:
    "**": keep
    "private/**": deny
    "letters/*": redact
    "scans/*": replace
`;

/** What stands in files that must not leave. */
export const outside = 'OUTSIDE';

/** A daemon with a volume `papers`, and what a user of it asks. */
export interface Papers {
  readonly daemon: TestDaemon;
  readonly ann: { authorization: string };
  /** The folder of the volume, and the one that it lies in. */
  readonly root: string;
  readonly base: string;
  ask(path: string, init?: { method?: string; headers?: object }): Promise<Response>;
  download(query: Record<string, string>, headers?: object): Promise<Response>;
  stop(): Promise<void>;
}

/** The filters of a query, each under the same name. */
export function filtersOf(texts: readonly string[]): URLSearchParams {
  const query = new URLSearchParams();
  for (const text of texts) query.append('filter[]', text);
  return query;
}

export async function startPapers(): Promise<Papers> {
  const base = makeFolder();
  const root = join(base, 'papers');
  for (const folder of ['in/deep', 'private', 'letters', 'scans', 'odd', 'race']) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  mkdirSync(join(base, 'papers-of-others'));
  writeFileSync(join(base, 'secret'), outside);
  writeFileSync(join(base, 'papers-of-others', 'secret'), outside);
  const files: [string, string, number][] = [
    ['in/a.txt', 'one', 100],
    ['in/b.txt', 'three', 3],
    ['in/deep/c.pdf', '12', 1],
    ['private/smith.txt', outside, 1],
    ['letters/l.txt', 'Write to ann@real.example.', 1],
    ['scans/s.png', 'a picture', 1],
  ];
  for (const [path, text, days] of files) {
    writeFileSync(join(root, path), text);
    const time = Date.now() / 1000 - days * 86_400;
    utimesSync(join(root, path), time, time);
  }
  symlinkSync(join(base, 'secret'), join(root, 'link'));
  symlinkSync(base, join(root, 'up'));
  symlinkSync('in', join(root, 'inner'));
  execFileSync('mkfifo', [join(root, 'fifo')]);
  writeFileSync(join(root, 'odd', 'line\r\nset-cookie: a=b 😀.txt'), 'odd');
  writeFileSync(Buffer.concat([Buffer.from(join(root, 'odd/')), Buffer.from([0xff, 0x62])]), 'raw');
  const policyFile = join(base, 'policy.yaml');
  writeFileSync(policyFile, policy);
  const daemon = await startTestDaemon({
    policy: policyFile,
    volumes: { papers: { path: root }, papers2: { path: join(base, 'nowhere') } },
  });
  const ann = (await daemon.join('ann@example.com')).authorization;
  const ask: Papers['ask'] = (path, init = {}) =>
    daemon.fetch(path, { ...init, headers: { ...ann, ...init.headers } });
  return {
    ...{ daemon, ann, root, base, ask },
    download: (query, headers = {}) =>
      ask(`/files/papers/download?${new URLSearchParams(query)}`, { headers }),
    async stop() {
      await daemon.stop();
      rmSync(base, { recursive: true, force: true });
    },
  };
}
