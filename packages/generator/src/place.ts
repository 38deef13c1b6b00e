import type { Hmac } from './hmac.js';
import type { LocaleName } from './locale.js';
import { type Key, keyFrom } from './threefry.js';

/** Where values stand: an attribute of a factory, under a seed. All chance comes from here. */
export class Place {
  readonly factory: string;
  readonly attribute: string;
  /** The locales of the rows, one or more. */
  readonly locales: readonly LocaleName[];
  readonly #hmac: Hmac;

  constructor(hmac: Hmac, factory: string, attribute: string, locales: readonly LocaleName[]) {
    this.#hmac = hmac;
    this.factory = factory;
    this.attribute = attribute;
    this.locales = locales;
  }

  /** A key of this attribute alone. */
  key(use: string): Key {
    return this.#key(['attribute', this.factory, this.attribute, use]);
  }

  /** A key of all attributes of the factory: what hangs on it agrees across a row. */
  sharedKey(...use: readonly string[]): Key {
    return this.#key(['factory', this.factory, ...use]);
  }

  /** A part of this attribute, with chances of its own. */
  part(name: string): Place {
    return new Place(this.#hmac, this.factory, `${this.attribute}.${name}`, this.locales);
  }

  at(factory: string, attribute: string): Place {
    return new Place(this.#hmac, factory, attribute, this.locales);
  }

  in(locales: readonly LocaleName[]): Place {
    return new Place(this.#hmac, this.factory, this.attribute, locales);
  }

  #key(labels: readonly string[]): Key {
    return keyFrom(this.#hmac(Buffer.from(JSON.stringify(labels), 'utf8')));
  }
}
