import { chmodSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { HfitError } from '@hot-fixture/errors';
import type { FastifyInstance } from 'fastify';
import { privateFolder } from '../config/private-folder.js';

/**
 * Listens at a Unix socket that its owner alone can open, in a folder that its owner alone can
 * open. The socket of a daemon that died is taken over.
 * @throws HFIT_DAEMON_RUNNING, HFIT_FOLDER_UNSAFE, HFIT_LISTEN_FAILED
 */
export async function listenAtSocket(app: FastifyInstance, path: string): Promise<void> {
  const failed = (reason: string, cause?: unknown) =>
    new HfitError('HFIT_LISTEN_FAILED', { address: path, reason }, { cause });
  // The kernel keeps 108 bytes for it, or 104, with a zero at the end.
  if (Buffer.byteLength(path) > 103) throw failed('the path is longer than 103 bytes');
  privateFolder(dirname(path), 'admin socket');
  await refuseLiveSocket(path);
  rmSync(path, { force: true });
  try {
    await app.listen({ path });
    chmodSync(path, 0o600);
  } catch (cause) {
    await app.close();
    throw failed((cause as NodeJS.ErrnoException).code ?? 'unknown', cause);
  }
}

/**
 * Makes sure that no daemon answers at this socket.
 * @throws HFIT_DAEMON_RUNNING
 */
export async function refuseLiveSocket(path: string): Promise<void> {
  const alive = await new Promise<boolean>((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
  if (alive) throw new HfitError('HFIT_DAEMON_RUNNING', {}, { where: path });
}
