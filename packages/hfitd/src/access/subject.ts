import { type Field, readDocument } from '@hot-fixture/document';
import { HfitError } from '@hot-fixture/errors';
import { namePattern } from '../config/settings.js';
import { readEmail } from '../store/users.js';

type Kind = 'user' | 'team' | 'role' | 'account';

/** Somebody that a grant is for; an e-mail address alone is a user. */
export function readSubject(
  field: Field,
  kinds: readonly Kind[] = ['user', 'team', 'role', 'account'],
): string {
  const text = field.text();
  const [, kind = 'user', name = ''] = /^(?:(user|team|role|account):)?(.*)$/s.exec(text) ?? [];
  if (!kinds.includes(kind as Kind)) {
    throw field.fail(`expected here is one of ${kinds.map((it) => `${it}:NAME`).join(', ')}`);
  }
  if (kind !== 'user') return `${kind}:${readName(field, name)}`;
  try {
    return `user:${readEmail(name)}`;
  } catch (error) {
    throw error instanceof HfitError ? field.fail(error.what) : error;
  }
}

/**
 * Members of a role or a team, as they come in a request.
 * @throws HFIT_GRANT_INVALID
 */
export function parseMembers(members: readonly string[], kinds: readonly Kind[]): string[] {
  const list = readDocument(JSON.stringify(members), 'members', invalid).list();
  return [...new Set(list.map((field) => readSubject(field, kinds)))].sort();
}

/** What is said of a grant, a role or a team that cannot be used. */
export function invalid(reason: string, where: string): HfitError {
  return new HfitError('HFIT_GRANT_INVALID', { reason }, { where });
}

/** The name of a team, a role or a service account. */
export function readName(field: Field, name = field.text()): string {
  if (namePattern.test(name)) return name;
  throw field.fail(`"${name}" is no name: use letters, digits, dots, hyphens and underscores`);
}
