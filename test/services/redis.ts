import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { findProgram, freePort } from './programs.js';
import type { Service } from './service.js';

const server = () => findProgram('redis-server', 'valkey-server');

export const redis: Service = {
  name: 'redis',
  variable: 'HFIT_TEST_REDIS_URL',
  debian: ['redis-server'],
  advice: 'install Redis (apt-get install redis-server, brew install redis)',
  isInstalled: () => server() !== undefined,

  async start(watchdog) {
    const folder = join(watchdog.folder, 'redis');
    const password = randomUUID();
    mkdirSync(folder, { mode: 0o700 });
    const port = await freePort();
    const url = `redis://default:${password}@127.0.0.1:${port}/0`;
    const settings = {
      bind: '127.0.0.1',
      port: String(port),
      requirepass: password,
      dir: folder,
      save: '',
      appendonly: 'no',
    };
    await watchdog.serve(
      {
        command: server()!,
        args: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
        log: join(folder, 'log'),
      },
      async () => {
        const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
        client.on('error', () => {}); // connect() throws the same
        try {
          await client.connect();
          await client.ping();
        } finally {
          client.disconnect();
        }
      },
    );
    return url;
  },
};
