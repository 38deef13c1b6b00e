import { HfitError } from '@hot-fixture/errors';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * Reads `host:port`, `[::1]:port`, or `:port` for all addresses of the machine.
 * @throws HFIT_CONFIG_INVALID
 */
export function parseAddress(text: string): Address {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9.-]*)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (!match || port > 65535) {
    const reason = `"${text}" is no address to listen at: write host:port, as in 127.0.0.1:8743`;
    throw new HfitError('HFIT_CONFIG_INVALID', { reason });
  }
  return { host: match[1] ?? (match[2] || '0.0.0.0'), port };
}

/** The URL of an address, with brackets around one of IPv6. */
export function urlOf({ host, port }: Address, scheme: 'http' | 'https' = 'http'): string {
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Whether only programs of this machine can reach it. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}
