import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { type Daemon, type Settings, startDaemon } from '@hot-fixture/hfitd';
import type { Shop } from './shop.js';

/** A daemon on the shop, and Ann, whom it knows. */
export interface Server {
  readonly daemon: Daemon;
  readonly email: string;
  /** The path of her private key. */
  readonly key: string;
}

/** Starts a daemon in a folder, on any free port. */
export async function startServer(
  folder: string,
  shop: Shop,
  settings: Settings = {},
): Promise<Server> {
  const dataDir = join(folder, 'data');
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const daemon = await startDaemon({
    listen: '127.0.0.1:0',
    dataDir,
    policy: shop.policy,
    sources: { shop: { url: shop.url, dangerouslyAllowWriters: true } },
    volumes: { papers: { path: shop.papers } },
    logLevel: 'silent',
    ...settings,
  });
  const email = 'ann@example.com';
  const key = makeKey(folder, 'ann');
  await addUser(daemon, email, readFileSync(`${key}.pub`, 'utf8'));
  return { daemon, email, key };
}

/** A key pair as files; in the form of OpenSSH where ssh-keygen is there. */
export function makeKey(folder: string, name: string): string {
  const path = join(folder, name);
  try {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    writeFileSync(path, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    writeFileSync(`${path}.pub`, publicKey.export({ type: 'spki', format: 'pem' }));
  }
  return path;
}

/** Adds somebody, as `hfitd adduser` does. */
export function addUser(daemon: Daemon, email: string, key: string): Promise<void> {
  return askAdmin(daemon, 'POST', '/users', { email, key });
}

/** Asks over the admin socket, as `hfitd` on the machine of the server does. */
export function askAdmin(
  { socket }: Daemon,
  method: 'POST' | 'PUT',
  path: string,
  body: object,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const asked = request({ socketPath: socket, path, method, headers }, (response) => {
      response.resume();
      if ((response.statusCode ?? 500) < 300) resolve();
      else reject(new Error(`the daemon answered ${response.statusCode}`));
    });
    asked.on('error', reject);
    asked.end(JSON.stringify(body));
  });
}
