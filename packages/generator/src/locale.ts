import type { Draws } from './draws.js';
import { de } from './locales/de.js';
import { en } from './locales/en.js';
import { es } from './locales/es.js';
import { fr } from './locales/fr.js';
import { ja } from './locales/ja.js';
import { ru } from './locales/ru.js';

/** How people and places are called in one language. */
export interface Locale {
  /** Groups whose given and family names go together; one where family names have no gender. */
  readonly people: readonly {
    readonly given: readonly string[];
    readonly family: readonly string[];
  }[];
  fullName(given: string, family: string): string;
  readonly cities: readonly string[];
  /** Every other list that its values are made of. */
  readonly lists: Readonly<Record<string, readonly string[]>>;
  /** A street with its house number. */
  street(draws: Draws): string;
  /** A pattern for `Draws.digits`. */
  readonly postcode: string;
  address(street: string, postcode: string, city: string): string;
  /** Patterns for `Draws.digits`; numbers that are set aside for films, where a country has any. */
  readonly phones: readonly string[];
}

export const locales = { en, de, es, fr, ja, ru } satisfies Record<string, Locale>;

export type LocaleName = keyof typeof locales;

export const localeNames = Object.keys(locales) as LocaleName[];
