import { type LocaleName, locales } from '../locale.js';
import { joined, type Space } from '../space.js';
import { familyNames, givenNames } from './japanese.js';
import { romanised } from './latin.js';

export interface Person {
  readonly given: string;
  readonly family: string;
  /** Both in a-z, with a dot between them. */
  readonly login: string;
}

interface Word {
  readonly name: string;
  readonly latin: string;
}

interface Group {
  readonly given: readonly Word[];
  readonly family: readonly Word[];
  /** In characters. */
  readonly longest: { readonly given: number; readonly family: number };
}

const remembered = new Map<LocaleName, readonly Group[]>();

/** The names of a locale, in groups that go together, each beside its spelling in a-z. */
export function groupsOf(locale: LocaleName): readonly Group[] {
  const known = remembered.get(locale);
  if (known) return known;
  const groups =
    locale === 'ja'
      ? [group(read(givenNames), read(familyNames))]
      : locales[locale].people.map(({ given, family }) => group(spelled(given), spelled(family)));
  remembered.set(locale, groups);
  return groups;
}

/**
 * Everybody who can be named in a locale, each full name once.
 * @param others locales whose family names are left to them, so that no name is of both
 */
export function peopleOf(locale: LocaleName, others: readonly LocaleName[] = []): Space<Person> {
  const taken = new Set(
    others.flatMap(groupsOf).flatMap(({ family }) => family.map(({ name }) => name)),
  );
  return joined(
    groupsOf(locale).map(({ given, family }) => {
      const left = taken.size === 0 ? family : family.filter(({ name }) => !taken.has(name));
      return pairs(given, left);
    }),
  );
}

class Named implements Person {
  readonly given: string;
  readonly family: string;
  readonly #first: Word;
  readonly #last: Word;

  constructor(first: Word, last: Word) {
    this.given = first.name;
    this.family = last.name;
    this.#first = first;
    this.#last = last;
  }

  /** Of most people only the name is asked for. */
  get login(): string {
    return `${this.#first.latin}.${this.#last.latin}`;
  }
}

function pairs(given: readonly Word[], family: readonly Word[]): Space<Person> {
  return {
    size: given.length * family.length,
    at(index) {
      const first = given[index % given.length]!;
      const last = family[Math.floor(index / given.length)]!;
      return new Named(first, last);
    },
  };
}

function group(given: readonly Word[], family: readonly Word[]): Group {
  return { given, family, longest: { given: longestOf(given), family: longestOf(family) } };
}

const longestOf = (names: readonly Word[]) => Math.max(...names.map(({ name }) => name.length));

const spelled = (names: readonly string[]): Word[] =>
  names.map((name) => ({ name, latin: romanised(name) }));

const read = (names: ReadonlyMap<string, string>): Word[] =>
  [...names].map(([name, latin]) => ({ name, latin }));
