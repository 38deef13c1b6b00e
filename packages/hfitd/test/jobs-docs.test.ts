import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseSettings } from '../src/config/file.js';
import { defaultJobs } from '../src/config/jobs.js';
import { startTestDaemon, template } from './daemon.js';
import { putTemplate } from './jobs.js';

const page = readFileSync(new URL('../../../docs/packages-as-jobs.md', import.meta.url), 'utf8');

test('the requests of the page are answered', async () => {
  const daemon = await startTestDaemon();
  const { authorization } = await daemon.join('ann@example.com');
  await putTemplate(daemon, authorization, template);
  const commands = [...page.matchAll(/curl -X (\w+) https:\/\/[^/]+(\S+)[^`]*?-d '(\{.*\})'/g)];
  const statuses = [];
  for (const [, method = '', path = '', body = ''] of commands) {
    const headers = { ...authorization, 'content-type': 'application/json' };
    statuses.push((await daemon.fetch(path, { method, headers, body })).status);
  }
  expect(statuses).toEqual([202, 200]);
  await daemon.stop(0);
});

test('the settings of the page are settings', () => {
  const yaml = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  expect(parseSettings(yaml, 'hfitd.yaml')).toMatchObject({ jobs: { atOnce: 0 } });
  const told = [...page.matchAll(/^\| `jobs\.(\w+)`/gm)].map(([, name]) => name);
  expect(told.sort()).toEqual(Object.keys(defaultJobs).sort());
});
