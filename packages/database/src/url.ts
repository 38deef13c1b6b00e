import { HfitError } from '@hot-fixture/errors';

/**
 * A URL as it may be shown: its password is left out, also one with unescaped characters in it, and
 * one that is given as a parameter.
 */
export function withoutPassword(url: string): string {
  return url
    .replace(/^([a-z][a-z0-9+.-]*:\/\/[^:]*):[\s\S]*@/i, '$1@')
    .replace(/([?&][^=&]*passw[^=&]*=)[^&]*/gi, '$1');
}

/** The parts of the URL of a database on a server, decoded. */
export interface ServerUrl {
  readonly host: string;
  /** Empty for the usual one. */
  readonly port: string;
  readonly user: string;
  readonly password: string;
  /** Empty where it names none. */
  readonly database: string;
}

/**
 * Reads a URL that begins with a scheme and `//`.
 * @throws HFIT_DATABASE_URL where a character in it should be percent-encoded
 */
export function readUrl(url: string): ServerUrl {
  try {
    const { hostname, port, username, password, pathname, hash } = new URL(url);
    // What follows a # would be left out in silence: mostly it is the rest of a password.
    if (hash === '') {
      return {
        host: decodeURIComponent(hostname.replace(/^\[|\]$/g, '')),
        port,
        user: decodeURIComponent(username),
        password: decodeURIComponent(password),
        database: decodeURIComponent(pathname.slice(1)),
      };
    }
  } catch {
    // It is no cause of ours: it would hold the password.
  }
  const [schemes = ''] = /^[^:]*:/.exec(url) ?? [];
  throw new HfitError('HFIT_DATABASE_URL', { url: withoutPassword(url), schemes: `${schemes}//` });
}
