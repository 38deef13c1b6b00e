import { readFileSync } from 'node:fs';
import { HfitError } from '@hot-fixture/errors';
import type { Static } from '@sinclair/typebox';
import type { AdminClient } from '../admin/client.js';
import type {
  AddedUser,
  JwtKeyAnswer,
  ReloadAnswer,
  RemovedUser,
  SigningKeyAnswer,
  StatusAnswer,
  UsersAnswer,
} from '../admin/schemas.js';
import type { AuditRecord } from '../audit/event.js';
import { printable } from './failure.js';

/** What a command gives: for people, and with `--json` for programs. */
export interface Result {
  readonly text: string;
  readonly document: object;
}

export async function addUser(daemon: AdminClient, email: string, key: string): Promise<Result> {
  const body = { email, key: keyText(key) };
  const added = await daemon.ask<Static<typeof AddedUser>>('POST', '/users', body);
  const done = added.created ? 'added' : 'one more key for';
  return { text: `${done} ${added.email} (${added.type}, ${added.fingerprint})`, document: added };
}

export async function removeUser(daemon: AdminClient, email: string): Promise<Result> {
  const path = `/users/${encodeURIComponent(email)}`;
  const removed = await daemon.ask<Static<typeof RemovedUser>>('DELETE', path);
  return { text: `removed ${removed.email}, with their templates`, document: removed };
}

export async function users(daemon: AdminClient): Promise<Result> {
  const answer = await daemon.ask<Static<typeof UsersAnswer>>('GET', '/users');
  const lines = answer.users.flatMap((user) => [
    `${user.email}  since ${user.created_at}, templates: ${user.templates}`,
    ...user.keys.map((key) => `  ${key}`),
  ]);
  return { text: lines.join('\n') || 'no users yet: hfitd adduser EMAIL KEY', document: answer };
}

export async function status(daemon: AdminClient): Promise<Result> {
  const it = await daemon.ask<Static<typeof StatusAnswer>>('GET', '/status');
  const lines = [
    `hfitd at ${it.url}, audience ${it.audience}`,
    `running since ${it.started_at} as process ${it.pid}`,
    `policy:   ${it.policy ?? 'none, so every column is denied'}`,
    `users:    ${it.users}`,
    `packages: ${it.packages.running} running, ${it.packages.waiting} waiting`,
    ...it.sources.map(
      ({ name, dialect, location }) => `source:   ${name} (${dialect}) ${location}`,
    ),
    ...it.volumes.map((name) => `volume:   ${name}`),
  ];
  return { text: lines.map(printable).join('\n'), document: it };
}

export async function reload(daemon: AdminClient): Promise<Result> {
  const done = await daemon.ask<Static<typeof ReloadAnswer>>('POST', '/reload');
  const listed = (names: readonly string[]) => printable(names.join(', ') || 'nothing');
  const text = `in force now: ${listed(done.changed)}\nneeds a new start: ${listed(done.restart)}`;
  return { text, document: done };
}

export async function renewJwt(daemon: AdminClient): Promise<Result> {
  const key = await daemon.ask<Static<typeof JwtKeyAnswer>>('POST', '/jwt/renew');
  const text = `tokens are signed with key ${key.kid} from now on; those given before stay valid until they end`;
  return { text, document: key };
}

export async function jwtPublicKey(daemon: AdminClient): Promise<Result> {
  const key = await daemon.ask<Static<typeof JwtKeyAnswer>>('GET', '/jwt/public-key');
  return { text: key.publicKey.trimEnd(), document: key };
}

export async function packagePublicKey(daemon: AdminClient): Promise<Result> {
  const key = await daemon.ask<Static<typeof SigningKeyAnswer>>('GET', '/signing/public-key');
  return { text: key.publicKey.trimEnd(), document: key };
}

export async function audit(daemon: AdminClient, count: number): Promise<Result> {
  const path = `/audit/last?last=${count}`;
  const answer = await daemon.ask<{ events: AuditRecord[] }>('GET', path);
  const lines = answer.events.map(({ at, who, action, target, outcome, details }) =>
    [at, who, action, target ?? '-', outcome, JSON.stringify(details)].map(printable).join('  '),
  );
  return { text: lines.join('\n'), document: answer };
}

/** A key is given as its text, or as the file that holds it. */
function keyText(key: string): string {
  if (/^\s*(-----BEGIN |(ssh|ecdsa|sk)-\S+ )/.test(key)) return key;
  try {
    return readFileSync(key, 'utf8');
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    const values = { thing: 'public key', reason };
    throw new HfitError('HFIT_FILE_UNREADABLE', values, { where: key, cause });
  }
}
