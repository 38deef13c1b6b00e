import { HfitError } from '@hot-fixture/errors';
import { fitsName } from '@hot-fixture/masking';
import { createRemoteJWKSet, decodeJwt, type JWTPayload, errors as jose, jwtVerify } from 'jose';
import type { Logger } from 'pino';
import type { AccountSettings, IssuerSettings } from '../config/settings.js';

/** No secret that both sides know, and never none: what a public key could be mistaken for. */
const algorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'EdDSA',
];

/** How far the clock of a provider may be off, in seconds. */
const clockTolerance = 60;
/** A token that was made longer ago is not taken, whatever its end, in seconds. */
const oldest = 60 * 60;
/** How long keys are kept, and how soon a provider is asked again, in milliseconds. */
const keepFor = 10 * 60_000;
const coolDown = 30_000;
const patience = 5_000;

/** Who a token of a provider stands for. */
export interface Exchanged {
  readonly account: AccountSettings;
  /** When the token ends, in milliseconds. */
  readonly until: number;
  /**
   * What tells this token from all others, where it may be exchanged once: its issuer and its `jti`
   * (RFC 7519, 4.1.7). Null where it has none, or its provider gives one token for many exchanges.
   */
  readonly once: string | null;
}

/** The identity providers whose tokens are taken: their keys are found by discovery. */
export class Issuers {
  readonly #issuers: ReadonlyMap<string, Issuer>;
  readonly #log: Logger;

  /** @param audience of the daemon, where an issuer names no other */
  constructor(settings: readonly IssuerSettings[], audience: () => string, log: Logger) {
    this.#issuers = new Map(settings.map((it) => [it.issuer, new Issuer(it, audience)]));
    this.#log = log;
  }

  /** The error for a token that is not taken; why is for the log alone. */
  refusal(request: string, reason: string): HfitError {
    this.#log.info({ request, reason }, 'a token of a provider was refused');
    return new HfitError('HFIT_EXCHANGE_REFUSED', { request });
  }

  /**
   * Checks a token of a provider, and finds the account that it stands for.
   * @throws HFIT_EXCHANGE_REFUSED, the same whatever the reason; HFIT_ISSUER_UNAVAILABLE
   */
  async read(token: string, request: string): Promise<Exchanged> {
    const refused = (reason: string) => this.refusal(request, reason);
    let issuer: Issuer | undefined;
    try {
      issuer = this.#issuers.get(decodeJwt(token).iss ?? '');
    } catch {
      throw refused('it cannot be read');
    }
    if (!issuer) throw refused('its issuer is not configured');
    let payload: JWTPayload;
    try {
      payload = await issuer.verify(token);
    } catch (error) {
      if (isRefusal(error)) throw refused((error as jose.JOSEError).code);
      const reason = (error as Error).message;
      this.#log.warn({ request, issuer: issuer.url, reason }, 'a provider cannot be asked');
      throw new HfitError('HFIT_ISSUER_UNAVAILABLE', {}, { cause: error });
    }
    const account = issuer.accountOf(payload);
    if (!account) throw refused('no account has its claims');
    return { account, until: (payload.exp as number) * 1000, once: issuer.onceOf(payload) };
  }
}

class Issuer {
  readonly url: string;
  readonly #settings: IssuerSettings;
  readonly #audience: () => string;
  #keys: Promise<ReturnType<typeof createRemoteJWKSet>> | undefined;
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(settings: IssuerSettings, audience: () => string) {
    this.url = settings.issuer;
    this.#settings = settings;
    this.#audience = audience;
  }

  async verify(token: string): Promise<JWTPayload> {
    const keys = await this.#keySet();
    const { payload } = await jwtVerify(token, keys, {
      algorithms,
      issuer: this.url,
      audience: this.#settings.audience ?? this.#audience(),
      requiredClaims: ['exp', 'iat', 'sub'],
      clockTolerance,
      maxTokenAge: oldest,
    });
    return payload;
  }

  accountOf(payload: JWTPayload): AccountSettings | undefined {
    return this.#settings.accounts.find(({ claims }) =>
      Object.entries(claims).every(([name, wanted]) => {
        const value = Object.hasOwn(payload, name) ? payload[name] : undefined;
        return [value].flat().some((it) => isPlain(it) && fitsName(wanted, String(it)));
      }),
    );
  }

  onceOf({ jti }: JWTPayload): string | null {
    if (this.#settings.reusable || typeof jti !== 'string') return null;
    return JSON.stringify([this.url, jti]);
  }

  /** Found once; a provider that does not answer is not asked again by everybody who comes. */
  async #keySet() {
    const now = performance.now();
    if (!this.#keys) {
      if (now - this.#askedAt < coolDown) throw new Error('it did not answer a moment ago');
      this.#askedAt = now;
      this.#keys = this.#discover();
      this.#keys.catch(() => {
        this.#keys = undefined;
      });
    }
    return this.#keys;
  }

  /** OpenID Connect Discovery 1.0, section 4. */
  async #discover() {
    const base = this.url.replace(/\/$/, '');
    const response = await fetch(`${base}/.well-known/openid-configuration`, {
      redirect: 'error',
      signal: AbortSignal.timeout(patience),
    });
    if (!response.ok) throw new Error(`its discovery answers ${response.status}`);
    const found = (await response.json()) as { issuer?: unknown; jwks_uri?: unknown };
    if (found.issuer !== this.url) throw new Error('its discovery names another issuer');
    if (typeof found.jwks_uri !== 'string' || !isSafe(found.jwks_uri)) {
      throw new Error('its discovery names no keys that can be read safely');
    }
    return createRemoteJWKSet(new URL(found.jwks_uri), {
      cacheMaxAge: keepFor,
      cooldownDuration: coolDown,
      timeoutDuration: patience,
    });
  }
}

/** With TLS, or on this machine. */
export function isSafe(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return (
    protocol === 'https:' ||
    (protocol === 'http:' && /^(localhost|127\..*|\[::1\])$/.test(hostname))
  );
}

function isPlain(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

/** What is wrong with the token, and not with the provider. */
function isRefusal(error: unknown): boolean {
  return (
    error instanceof jose.JOSEError &&
    !(error instanceof jose.JWKSTimeout) &&
    !(error instanceof jose.JWKSInvalid) &&
    error.code !== 'ERR_JOSE_GENERIC'
  );
}
