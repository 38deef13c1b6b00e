import { setTimeout as sleep } from 'node:timers/promises';
import type { Server, Visitor } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import { migrate, type Plan } from './migrations.js';

/** How long connections may take to go after the migrations have ended, in milliseconds. */
const lastLook = 1000;

/**
 * Makes the template unless it is there. Of several processes one makes it, and the others wait.
 * @returns whether it was made now
 * @throws HFIT_TEMPLATE_LOCKED, HFIT_TEMPLATE_FAILED, HFIT_TEMPLATE_VISITORS
 */
export async function ensureTemplate(
  server: Server,
  name: string,
  plan: Plan,
  patience: number,
): Promise<boolean> {
  const until = Date.now() + patience;
  while (!(await isReady(server, name))) {
    const lock = await server.lock(templateKey(name));
    if (!lock) {
      if (Date.now() > until) {
        const values = { template: name, seconds: patience / 1000 };
        throw new HfitError('HFIT_TEMPLATE_LOCKED', values, { where: server.location });
      }
      await sleep(50);
      continue;
    }
    try {
      if (await isReady(server, name)) return false;
      await make(server, name, plan);
      return true;
    } finally {
      await lock.release();
    }
  }
  return false;
}

async function isReady(server: Server, name: string): Promise<boolean> {
  return (await server.databases(name)).some((it) => it.name === name && it.mark === 'ready');
}

async function make(server: Server, name: string, plan: Plan): Promise<void> {
  // Who was killed at work may have left half of one.
  await server.drop(name);
  await server.create(name);
  try {
    await migrate(server, name, plan);
    await untilAlone(server, name);
    await server.mark(name, 'ready');
  } catch (error) {
    await server.drop(name);
    throw error;
  }
}

async function untilAlone(server: Server, name: string): Promise<void> {
  const left = await visitorsAfter(server, name, lastLook);
  if (left.length === 0) return;
  throw new HfitError(
    'HFIT_TEMPLATE_VISITORS',
    { visitors: visitorsAsText(left) },
    { where: name },
  );
}

/** Those who are still connected after so many milliseconds: a server takes a while to see them go. */
export async function visitorsAfter(
  server: Server,
  name: string,
  patience: number,
): Promise<Visitor[]> {
  const until = Date.now() + patience;
  for (;;) {
    const left = await server.visitors(name);
    if (left.length === 0 || Date.now() > until) return left;
    await sleep(20);
  }
}

export function visitorsAsText(visitors: readonly Visitor[]): string {
  return visitors
    .map(({ id, name, inTransaction, query }) => {
      const open = inTransaction ? ', in an open transaction' : '';
      const last = query === '' ? '' : `, last query: ${query.replace(/\s+/g, ' ').slice(0, 100)}`;
      return `${id} (${name}${open}${last})`;
    })
    .join('; ');
}

export const templateKey = (name: string) => `template ${name}`;
