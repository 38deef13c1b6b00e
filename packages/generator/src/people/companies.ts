import type { LocaleName } from '../locale.js';
import { joined, type Space } from '../space.js';
import { countries } from './countries.js';
import { romanised } from './latin.js';
import { groupsOf } from './names.js';

export interface Company {
  readonly name: string;
  /** Its name in a-z, as it stands in the name of its host. */
  readonly host: string;
}

/** Every company of a locale: a family and a trade, or two families, and a form. */
export function companiesOf(
  locale: LocaleName,
  others: readonly LocaleName[] = [],
): Space<Company> {
  const { trades, forms, company } = countries[locale];
  const taken = new Set(others.flatMap(familiesOf).map(({ name }) => name));
  const families = familiesOf(locale).filter(({ name }) => !taken.has(name));
  const and = locale === 'ja' ? '・' : ' & ';
  const spelled = trades.map((name) => ({ name, latin: romanised(name) }));

  const of = (seconds: typeof families, between: string): Space<Company> => ({
    size: families.length * seconds.length * forms.length,
    at(index) {
      const first = families[index % families.length]!;
      const rest = Math.floor(index / families.length);
      const second = seconds[rest % seconds.length]!;
      const form = forms[Math.floor(rest / seconds.length)]!;
      return {
        name: company(`${first.name}${between}${second.name}`, form),
        host: second.latin === '' ? first.latin : `${first.latin}-${second.latin}`,
      };
    },
  });
  return joined([of(spelled, ' '), of(families, and)]);
}

const familiesOf = (locale: LocaleName) => groupsOf(locale).at(-1)!.family;
