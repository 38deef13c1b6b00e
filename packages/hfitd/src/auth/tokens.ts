import { createPrivateKey, createPublicKey, type KeyObject, randomUUID } from 'node:crypto';
import { HfitError } from '@hot-fixture/errors';
import { exportJWK, type JWK, jwtVerify, SignJWT } from 'jose';
import { clockTolerance } from '../store/clock.js';
import { findSession, type Login } from '../store/sessions.js';
import { readSigningKeys, renewSigningKey, type SigningKey } from '../store/signing-keys.js';
import type { Store } from '../store/tables.js';

/** How long a token is valid, in milliseconds. */
const tokenLifetime = 15 * 60 * 1000;

/** Gives out and checks tokens: JWTs signed with Ed25519. */
export class Tokens {
  /** Of a token, in milliseconds. */
  readonly lifetime = tokenLifetime;
  readonly #store: Store;
  readonly #audience: () => string;

  constructor(store: Store, audience: () => string) {
    this.#store = store;
    this.#audience = audience;
  }

  /** Makes the first key where there is none. */
  async prepare(): Promise<void> {
    const [first] = await readSigningKeys(this.#store);
    if (first?.privateKey) return;
    await this.#store.transaction().execute((store) => this.renew(store));
  }

  /**
   * From now on a new key signs; tokens of the old one are good until they end.
   * @param store a transaction: without one, a stop in between would leave no key
   */
  async renew(store: Store): Promise<void> {
    await renewSigningKey(store, tokenLifetime + clockTolerance);
  }

  /** @param latest its end in milliseconds, where that of its lifetime is too late */
  async issue(
    { session, user }: Login,
    latest = Number.POSITIVE_INFINITY,
  ): Promise<{ token: string; expiresAt: Date }> {
    const key = await this.current();
    const audience = this.#audience();
    // A token counts whole seconds; what is told to the user is the same moment.
    const seconds = Math.floor(Math.min(Date.now() + tokenLifetime, latest) / 1000);
    const token = await new SignJWT({ uid: user.id, sid: session })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT', kid: key.id })
      .setIssuer(audience)
      .setAudience(audience)
      .setSubject(user.email)
      .setJti(randomUUID())
      .setIssuedAt()
      .setExpirationTime(seconds)
      .sign(createPrivateKey(key.privateKey as string));
    return { token, expiresAt: new Date(seconds * 1000) };
  }

  /**
   * The login of a token. It is looked up each time, so one that was ended is out at once.
   * @throws HFIT_TOKEN_INVALID
   */
  async read(token: string): Promise<Login> {
    const audience = this.#audience();
    let claims: Readonly<Record<string, unknown>>;
    try {
      const { payload } = await jwtVerify(token, (header) => this.#verifier(header.kid), {
        algorithms: ['EdDSA'],
        issuer: audience,
        audience,
        typ: 'JWT',
        requiredClaims: ['exp', 'iat', 'sub', 'uid', 'sid'],
        clockTolerance: clockTolerance / 1000,
        maxTokenAge: tokenLifetime / 1000,
      });
      claims = payload;
    } catch (cause) {
      if (cause instanceof HfitError) throw cause;
      throw new HfitError('HFIT_TOKEN_INVALID', {}, { cause });
    }
    const { uid, sid } = claims;
    const login = typeof sid === 'string' ? await findSession(this.#store, sid) : undefined;
    if (login?.user.id !== uid || !login) throw new HfitError('HFIT_TOKEN_INVALID', {});
    return login;
  }

  /** The public keys of all tokens that may be valid, as a JWK set. */
  async jwks(): Promise<{ keys: JWK[] }> {
    const keys = await readSigningKeys(this.#store);
    return { keys: await Promise.all(keys.map(asJwk)) };
  }

  /** The key that signs now. */
  async current(): Promise<SigningKey> {
    const [key] = await readSigningKeys(this.#store);
    if (!key?.privateKey) throw new Error('there is no signing key');
    return key;
  }

  async #verifier(id: string | undefined): Promise<KeyObject> {
    const key = (await readSigningKeys(this.#store)).find((one) => one.id === id);
    if (!key) throw new Error('no key of this server has that id');
    return createPublicKey(key.publicKey);
  }
}

async function asJwk(key: SigningKey): Promise<JWK> {
  const { kty, crv, x } = await exportJWK(createPublicKey(key.publicKey));
  return { kty, crv, x, kid: key.id, alg: 'EdDSA', use: 'sig' } as JWK;
}
