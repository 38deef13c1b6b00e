import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect as connectTo, createServer as createProxy } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { rowsOf, useDesk } from './desk.js';
import type { Run } from './hfit.js';

const desk = useDesk();

describe('when the connection is cut in the middle', () => {
  /** Between hfit and the daemon: cuts an answer after so many bytes. */
  async function throughCutter<T>(bytes: number, act: (host: string) => Promise<T>): Promise<T> {
    const { port } = new URL(desk.server.daemon.url);
    const proxy = createProxy((socket) => {
      const behind = connectTo(Number(port), '127.0.0.1');
      let left = bytes;
      socket.pipe(behind);
      behind.on('data', (data) => {
        socket.write(data.subarray(0, left));
        left -= data.length;
        if (left <= 0) {
          socket.destroy();
          behind.destroy();
        }
      });
      for (const end of [socket, behind]) end.on('error', () => {});
      socket.on('close', () => behind.destroy());
      behind.on('close', () => socket.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    try {
      return await act(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
    } finally {
      await new Promise((resolve) => proxy.close(resolve));
    }
  }

  test.each([
    ['a script', ['--out', 'a.sql']],
    ['a package', ['--out', 'a.tgz']],
    ['a database', ['--into', 'sqlite:test.db']],
  ])('%s is not left half', async (_, words) => {
    writeFileSync(join(desk.work, 'a.sql'), 'of yesterday');
    await throughCutter(6_000, async (host) => {
      const other = { home: join(desk.work, 'home') };
      await desk.good(['config', host, desk.server.email, desk.server.key], other);
      expect(await desk.bad(['pkg-download', 'everything', ...words], other)).toMatchObject({
        code: 'HFIT_STREAM_INCOMPLETE',
        exitCode: 6,
      });
    });
    const left = readdirSync(desk.work).filter((name) => name !== 'home');
    expect(left.filter((name) => name !== 'test.db')).toEqual(['a.sql']);
    expect(readFileSync(join(desk.work, 'a.sql'), 'utf8')).toBe('of yesterday');
    if (left.includes('test.db')) {
      expect(rowsOf(join(desk.work, 'test.db'), 'SELECT name FROM sqlite_master')).toEqual([]);
    }
  });

  test('a script to a program has no COMMIT, and the exit code tells', async () => {
    await throughCutter(6_000, async (host) => {
      const other = { home: join(desk.work, 'home') };
      await desk.good(['config', host, desk.server.email, desk.server.key], other);
      const { code, stdout } = await desk.run(['pkg-download', 'everything'], other);
      expect(code).toBe(6);
      expect(stdout).not.toContain('COMMIT');
      expect(stdout).toContain('INSERT');
    });
  });
});

describe('a signal', () => {
  /** A server that begins a script, and never ends it. */
  async function whileItStreams(words: readonly string[]): Promise<Run> {
    const { port } = new URL(desk.server.daemon.url);
    let begun = () => {};
    const streaming = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const proxy = createProxy((socket) => {
      const behind = connectTo(Number(port), '127.0.0.1');
      socket.pipe(behind);
      let sent = 0;
      behind.on('data', (data) => {
        sent += data.length;
        if (sent > 6_000) behind.pause();
        socket.write(data);
        if (sent > 6_000) begun();
      });
      for (const end of [socket, behind]) end.on('error', () => {});
      socket.on('close', () => behind.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const other = { home: join(desk.work, 'home') };
    const host = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    await desk.good(['config', host, desk.server.email, desk.server.key], other);
    try {
      return await desk.start(words, {
        ...other,
        onStart: (child) => streaming.then(() => child.kill('SIGINT')),
      });
    } finally {
      proxy.close();
    }
  }

  test.each([
    ['a file', ['--out', 'a.sql']],
    ['a database', ['--into', 'sqlite:test.db']],
  ])('ends it, and %s is as it was', async (_, words) => {
    const done = await whileItStreams(['pkg-download', 'everything', ...words]);
    expect(done.stderr).toContain('HFIT_INTERRUPTED');
    expect(done.code).toBe(130);
    const left = readdirSync(desk.work).filter((name) => name !== 'home');
    expect(left.filter((name) => name !== 'test.db')).toEqual([]);
    if (left.includes('test.db')) {
      expect(rowsOf(join(desk.work, 'test.db'), 'SELECT name FROM sqlite_master')).toEqual([]);
    }
  });
});
