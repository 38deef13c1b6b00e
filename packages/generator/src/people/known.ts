import { localeNames, locales } from '../locale.js';
import { groupsOf } from './names.js';

/** What people and places are called in the locales, in lower case. */
export interface KnownNames {
  readonly given: ReadonlySet<string>;
  readonly family: ReadonlySet<string>;
  readonly cities: ReadonlySet<string>;
}

let remembered: KnownNames | undefined;

/** The names of all locales, to look one up. They are put together when first asked for. */
export function knownNames(): KnownNames {
  if (remembered) return remembered;
  const groups = localeNames.flatMap((locale) => groupsOf(locale));
  const lower = (names: readonly string[]) => new Set(names.map((name) => name.toLowerCase()));
  remembered = {
    given: lower(groups.flatMap(({ given }) => given.map(({ name }) => name))),
    family: lower(groups.flatMap(({ family }) => family.map(({ name }) => name))),
    cities: lower(localeNames.flatMap((locale) => locales[locale].cities)),
  };
  return remembered;
}
