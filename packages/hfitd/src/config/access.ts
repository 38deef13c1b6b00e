import { resolve } from 'node:path';
import type { Field } from '@hot-fixture/document';
import { isSafe } from '../auth/issuers.js';
import { type Environment, wrong } from './providers.js';
import {
  type AccessSettings,
  type AccountSettings,
  accessModes,
  type IssuerSettings,
  namePattern,
} from './settings.js';

/** The fields of the configuration that say who may log in, and who may what. */
export const accessFields = ['access', 'accessFile', 'issuers'] as const;

type Found = Partial<Record<(typeof accessFields)[number], Field>>;

export function readAccessFields(found: Found, path: (field: Field) => string): AccessSettings {
  return {
    ...(found.access && { access: oneOf(found.access) }),
    ...(found.accessFile && { accessFile: path(found.accessFile) }),
    ...(found.issuers && { issuers: found.issuers.list().map(readIssuer) }),
  };
}

/** @throws HFIT_CONFIG_INVALID that names the variable */
export function readAccessVariables(env: Environment): AccessSettings {
  const { HFITD_ACCESS: mode, HFITD_ACCESS_FILE: accessFile } = env;
  const access = accessModes.find((known) => known === mode);
  if (mode && !access) throw wrong('HFITD_ACCESS', `must be one of ${accessModes.join(', ')}`);
  return { ...(access && { access }), ...(accessFile && { accessFile }) };
}

/** The path of the access file in full. */
export function accessAt({ accessFile }: AccessSettings, folder: string): AccessSettings {
  return accessFile === undefined ? {} : { accessFile: resolve(folder, accessFile) };
}

function oneOf(field: Field) {
  const mode = accessModes.find((known) => known === field.text());
  if (!mode) throw field.fail(`expected here is one of ${accessModes.join(', ')}`);
  return mode;
}

function readIssuer(field: Field): IssuerSettings {
  const { issuer, audience, reusable, accounts } = field.fields(
    ['issuer', 'accounts'],
    ['audience', 'reusable'],
  );
  if (!isSafe(issuer.text())) throw issuer.fail('an issuer is a URL with https:');
  return {
    issuer: issuer.text(),
    ...(audience && { audience: audience.text() }),
    ...(reusable && { reusable: reusable.boolean() }),
    accounts: accounts.list().map(readAccount),
  };
}

function readAccount(field: Field): AccountSettings {
  const { name, claims, roles } = field.fields(['name', 'claims'], ['roles']);
  if (!namePattern.test(name.text())) {
    throw name.fail('a name is made of letters, digits, dots, hyphens and underscores');
  }
  const wanted = Object.fromEntries(claims.entries().map(([claim, it]) => [claim, it.text()]));
  // Whoever has any token of a public provider would be this account.
  if (Object.keys(wanted).length === 0) throw claims.fail('name one claim at least');
  return { name: name.text(), claims: wanted, roles: roles?.list().map((it) => it.text()) ?? [] };
}
