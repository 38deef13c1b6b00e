import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { kinds } from '@hot-fixture/errors';
import { describe, expect, onTestFinished, test } from 'vitest';
import { colorsFor } from '../src/output/colors.js';
import { useDesk } from './desk.js';
import { documentOf, inside } from './inside.js';
import { page } from './reference.js';

const desk = useDesk();

describe('a proxy', () => {
  test('carries what goes to another machine, and nothing to this one', async () => {
    const { port } = new URL(desk.server.daemon.url);
    const asked: (string | undefined)[] = [];
    const proxy = createServer();
    proxy.on('connect', (request, client, head) => {
      asked.push(request.url);
      // The name means something to the proxy alone.
      const upstream = connect(Number(port), '127.0.0.1', () => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n');
        upstream.write(head);
        upstream.pipe(client).pipe(upstream);
      });
      upstream.on('error', () => client.destroy());
      client.on('error', () => upstream.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void proxy.close());
    const through = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const { email, key } = desk.server;
    const me = { HFIT_EMAIL: email, HFIT_KEY: key, HTTP_PROXY: through };
    const far = { ...me, HFIT_HOST: `http://hfit.invalid:${port}` };
    const home = `${desk.work}/home`;
    expect(await documentOf(['dbmss'], { home, env: far })).toMatchObject({
      dbmss: [{ name: 'shop' }],
    });
    const calls = asked.length;
    expect(new Set(asked)).toEqual(new Set([`hfit.invalid:${port}`]));
    const near = { ...me, HFIT_HOST: desk.server.daemon.url };
    await documentOf(['dbmss'], { home, env: near });
    const without = { ...far, NO_PROXY: 'hfit.invalid' };
    const direct = inside(['dbmss'], { home: `${home}2`, env: without });
    await expect(direct).rejects.toMatchObject({ code: 'HFIT_SERVER_UNREACHABLE' });
    expect(asked).toHaveLength(calls);
  });
});

describe('the environment', () => {
  test('sets how long an answer may take', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      silent.closeAllConnections();
      silent.close();
    });
    const { email, key } = desk.server;
    const host = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const env = { HFIT_HOST: host, HFIT_EMAIL: email, HFIT_KEY: key, HFIT_TIMEOUT: '0.05' };
    const home = `${desk.work}/home`;
    await expect(inside(['login'], { home, env })).rejects.toMatchObject({
      code: 'HFIT_SERVER_UNREACHABLE',
    });
    const wrong = { ...env, HFIT_TIMEOUT: 'soon' };
    await expect(inside(['login'], { home, env: wrong })).rejects.toMatchObject({
      code: 'HFIT_OPTION_VALUE',
    });
  });

  test('decides about colours', () => {
    const red = (isTTY: boolean, env: Record<string, string>) =>
      colorsFor({ isTTY }, env).red('x') !== 'x';
    expect(red(true, {})).toBe(true);
    expect(red(false, {})).toBe(false);
    expect(red(false, { FORCE_COLOR: '1' })).toBe(true);
    expect(red(true, { FORCE_COLOR: '0' })).toBe(false);
    expect(red(true, { NO_COLOR: '1', FORCE_COLOR: '1' })).toBe(false);
    expect(red(true, { TERM: 'dumb' })).toBe(false);
  });
});

test('the exit codes of the docs are those of the errors', () => {
  const text = readFileSync(page, 'utf8');
  const told = new Set(
    [...text.matchAll(/^\| (\d+)(?:, \d+)? \| /gm)].map(([, code]) => Number(code)),
  );
  for (const { exitCode } of Object.values(kinds)) expect(told).toContain(exitCode);
});

test('help shows an example, and what is typed wrong is for standard error', async () => {
  const help = await desk.run(['package', 'download', '--help']);
  expect(help).toMatchObject({ code: 0, stderr: '' });
  expect(help.stdout).toContain('Examples:\n  hfit pkg-download daily-dev-scenario');
  expect(help.stdout).toContain('Also typed as hfit pkg-download.');
  const wrong = await desk.run(['pakage', 'list']);
  expect(wrong).toMatchObject({ code: 2, stdout: '' });
  expect(wrong.stderr).toContain('Did you mean package?');
});
