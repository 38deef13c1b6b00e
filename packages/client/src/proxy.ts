type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What sends through the proxy that the environment names: HTTPS_PROXY, HTTP_PROXY and NO_PROXY, in
 * small letters too. What is on this machine is reached without it.
 * @returns undefined where there is no proxy
 */
export async function proxyFetch(env: Environment): Promise<typeof fetch | undefined> {
  const value = (name: string) => env[name.toLowerCase()] || env[name] || '';
  const httpsProxy = value('HTTPS_PROXY');
  const httpProxy = value('HTTP_PROXY');
  if (!httpsProxy && !httpProxy) return undefined;
  const { EnvHttpProxyAgent, fetch: send } = await import('undici');
  const noProxy = ['localhost', '127.0.0.1', '::1', value('NO_PROXY')].filter(Boolean).join(',');
  const dispatcher = new EnvHttpProxyAgent({ httpProxy, httpsProxy, noProxy });
  return ((input: string, init: object) => send(input, { ...init, dispatcher })) as typeof fetch;
}
