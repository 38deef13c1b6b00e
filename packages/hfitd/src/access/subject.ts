import type { Field } from '@hot-fixture/document';
import { HfitError } from '@hot-fixture/errors';
import { namePattern } from '../config/settings.js';
import { readEmail } from '../store/users.js';

/** Roles that are always there: for the routes about people, and for those about the audit log. */
export const ownRoles = ['admin', 'auditor'];

/** The word before the name of a service account, which is the address of its user. */
export const accountPrefix = 'account:';

type Kind = 'user' | 'team' | 'role' | 'account';

/** How a user, or the user that stands for a service account, is named in grants and as a member. */
export function subjectOf({ email }: { readonly email: string }): string {
  return email.startsWith(accountPrefix) ? email : `user:${email}`;
}

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

/** The name of a team, a role or a service account. */
export function readName(field: Field, name = field.text()): string {
  if (namePattern.test(name)) return name;
  throw field.fail(`"${name}" is no name: use letters, digits, dots, hyphens and underscores`);
}
