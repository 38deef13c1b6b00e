import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';

/** An identity provider: its discovery, its keys, and the tokens that it gives. */
export interface Issuer {
  readonly url: string;
  /** How often its discovery and its keys were asked for. */
  readonly asked: { discovery: number; keys: number };
  /** What its discovery says in the place of the truth. */
  lie: Record<string, unknown>;
  give(claims: JWTPayload, header?: object, over?: { iat?: number; exp?: number }): Promise<string>;
  stop(): Promise<void>;
}

export async function startIssuer(): Promise<Issuer> {
  const asked = { discovery: 0, keys: 0 };
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const kid = 'key1';
  const keys = [{ ...(await exportJWK(publicKey)), kid, alg: 'ES256' }];
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    if (request.url === '/keys') {
      asked.keys++;
      response.end(JSON.stringify({ keys }));
    } else if (request.url === '/.well-known/openid-configuration') {
      asked.discovery++;
      response.end(JSON.stringify({ issuer: url, jwks_uri: `${url}/keys`, ...issuer.lie }));
    } else {
      response.writeHead(404).end('{}');
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer: Issuer = {
    url,
    asked,
    lie: {},
    give: (claims, header = {}, over = {}) => {
      const now = Math.floor(Date.now() / 1000);
      return new SignJWT({ iss: url, sub: 'a-run', iat: now, exp: now + 300, ...over, ...claims })
        .setProtectedHeader({ alg: 'ES256', kid, ...header })
        .sign(privateKey);
    },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return issuer;
}
