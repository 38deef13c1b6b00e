import { readFileSync } from 'node:fs';
import { readDocument } from '@hot-fixture/document';
import { HfitError } from '@hot-fixture/errors';
import type { AdminClient } from '../admin/client.js';
import type { Result } from './commands.js';
import { printable } from './failure.js';

type Grant = { readonly id: string; readonly to: string } & Readonly<Record<string, unknown>>;

export async function grants(daemon: AdminClient): Promise<Result> {
  const answer = await daemon.ask<{ grants: Grant[] }>('GET', '/grants');
  const text = answer.grants.map(lineOf).join('\n') || 'no grants: hfitd grant GRANT';
  return { text, document: answer };
}

/** @param text YAML or JSON, such as `{ to: role:tester, source: shop }` */
export async function grant(daemon: AdminClient, text: string): Promise<Result> {
  const added = await daemon.ask<Grant>('POST', '/grants', readYaml(text));
  return { text: `granted: ${lineOf(added)}`, document: added };
}

export async function ungrant(daemon: AdminClient, id: string): Promise<Result> {
  await daemon.ask('DELETE', `/grants/${encodeURIComponent(id)}`);
  return { text: `took ${id} away`, document: { id } };
}

export async function groups(daemon: AdminClient, kind: 'role' | 'team'): Promise<Result> {
  const answer = await daemon.ask<Record<string, { name: string }[]>>('GET', `/${kind}s`);
  const lines = (answer[`${kind}s`] ?? []).map(({ name, ...rest }) => `${name}  ${plain(rest)}`);
  return { text: lines.join('\n') || `no ${kind}s`, document: answer };
}

/** @param text YAML or JSON, such as `{ members: [ann@example.com] }` */
export async function putGroup(
  daemon: AdminClient,
  kind: 'role' | 'team',
  name: string,
  text: string,
): Promise<Result> {
  const path = `/${kind}s/${encodeURIComponent(name)}`;
  const set = await daemon.ask<object>('PUT', path, readYaml(text));
  return { text: `set ${kind} ${plain(set)}`, document: set };
}

export async function removeGroup(
  daemon: AdminClient,
  kind: 'role' | 'team',
  name: string,
): Promise<Result> {
  await daemon.ask('DELETE', `/${kind}s/${encodeURIComponent(name)}`);
  return { text: `removed ${kind} ${printable(name)}`, document: { name } };
}

export async function revoke(daemon: AdminClient, email: string): Promise<Result> {
  const path = `/users/${encodeURIComponent(email)}/revoke`;
  const revoked = await daemon.ask<{ email: string; logins: number }>('POST', path);
  return { text: `ended the logins of ${revoked.email}: ${revoked.logins}`, document: revoked };
}

export async function removeKey(
  daemon: AdminClient,
  email: string,
  fingerprint: string,
): Promise<Result> {
  const path = `/users/${encodeURIComponent(email)}/keys`;
  await daemon.ask('DELETE', path, { fingerprint });
  return { text: `took ${fingerprint} away`, document: { email, fingerprint } };
}

function lineOf({ id, to, created_at: _at, ...rest }: Grant): string {
  return `${id}  ${printable(to)}  ${plain(rest)}`;
}

function plain(value: object): string {
  return printable(JSON.stringify(value));
}

/** The text of a mapping, or the file that holds one. */
function readYaml(text: string): object {
  const isText = /^\s*\{/.test(text);
  let yaml = text;
  if (!isText) {
    try {
      yaml = readFileSync(text, 'utf8');
    } catch (cause) {
      const reason = (cause as NodeJS.ErrnoException).code ?? 'unknown';
      throw new HfitError(
        'HFIT_FILE_UNREADABLE',
        { thing: 'grant', reason },
        { where: text, cause },
      );
    }
  }
  const fail = (reason: string, where: string) =>
    new HfitError('HFIT_GRANT_INVALID', { reason }, { where });
  return asJson(readDocument(yaml, isText ? 'argument' : text, fail).value()) as object;
}

/** YAML reads whole numbers exactly; JSON has but one kind. */
function asJson(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(asJson);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, it]) => [name, asJson(it)]));
}
