import { HfitError } from '@hot-fixture/errors';

const loopback = /^(localhost|127(\.\d+){3}|\[::1\])(:|\/|$)/i;

/**
 * The address of a server in full, without a slash at its end. Without a scheme it is https, but
 * http on this machine.
 * @throws HFIT_HOST_INVALID
 */
export function parseHost(host: string): string {
  const text = host.trim();
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
  const full = hasScheme ? text : `${loopback.test(text) ? 'http' : 'https'}://${text}`;
  let url: URL;
  try {
    url = new URL(full);
  } catch (cause) {
    throw new HfitError('HFIT_HOST_INVALID', { host, reason: 'it cannot be read' }, { cause });
  }
  const reason = refusal(url);
  if (reason) {
    // A password that was typed by mistake is not shown again.
    const shown = url.password === '' ? host : `${url.protocol}//${url.host}`;
    throw new HfitError('HFIT_HOST_INVALID', { host: shown, reason });
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

/** Whether what is sent there can be read on the way: http to another machine. */
export function isOpenToOthers(host: string): boolean {
  const url = new URL(parseHost(host));
  return url.protocol === 'http:' && !loopback.test(url.host);
}

function refusal(url: URL): string | null {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'only https and http are known';
  if (url.username !== '' || url.password !== '') return 'it holds a user name or a password';
  if (url.search !== '' || url.hash !== '') return 'it holds a query';
  return null;
}
