/** What the URL of a server that daemons share must look like. */
export interface ServerUrl {
  fits(text: string): boolean;
  readonly advice: string;
}

export const isStore: ServerUrl = {
  fits: (text) => hasScheme(text, ['postgresql:', 'postgres:']),
  advice: 'must be a URL that begins with postgresql://, with its password percent-encoded',
};

export const isRedis: ServerUrl = {
  fits: (text) => hasScheme(text, ['redis:', 'rediss:']),
  advice: 'must be a URL that begins with redis:// or rediss://, with its password percent-encoded',
};

function hasScheme(text: string, schemes: readonly string[]): boolean {
  return schemes.includes(readable(text)?.protocol ?? '');
}

/** @returns null where a special character, as in a password, would have to be percent-encoded */
export function readable(text: string): URL | null {
  try {
    const url = new URL(text);
    for (const part of [url.username, url.password, url.pathname]) decodeURIComponent(part);
    // What follows a # would be left out in silence.
    return url.hash === '' ? url : null;
  } catch {
    return null;
  }
}
