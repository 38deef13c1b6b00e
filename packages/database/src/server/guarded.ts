import { guarded } from '../failure.js';
import type { Server, ServerLock } from './server.js';

/** The same server, whose calls throw errors of ours alone. */
export function guardedServer(server: Server): Server {
  async function safe<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw guarded(server, error);
    }
  }
  const guardedLock = ({ release }: ServerLock): ServerLock => ({ release: () => safe(release) });
  return {
    dialect: server.dialect,
    location: server.location,
    reachable: server.reachable,
    named: server.named,
    databases: (prefix) => safe(() => server.databases(prefix)),
    create: (name) => safe(() => server.create(name)),
    copy: (from, to) => safe(() => server.copy(from, to)),
    drop: (name) => safe(() => server.drop(name)),
    mark: (name, mark) => safe(() => server.mark(name, mark)),
    run: (name, script) => safe(() => server.run(name, script)),
    open: (name) => safe(() => server.open(name)),
    lock: (key) =>
      safe(async () => {
        const lock = await server.lock(key);
        return lock && guardedLock(lock);
      }),
    held: (keys) => safe(() => server.held(keys)),
    visitors: (name) => safe(() => server.visitors(name)),
    close: () => safe(() => server.close()),
  };
}
