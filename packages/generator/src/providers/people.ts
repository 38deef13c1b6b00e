import { fitted, numbersWithin, tooShort } from '../fitting.js';
import { type LocaleName, locales } from '../locale.js';
import { numbering } from '../numbering.js';
import { phonePatterns, phonesOf } from '../people/addresses.js';
import { localesFrom, localised } from '../people/localised.js';
import { groupsOf, peopleOf } from '../people/names.js';
import type { Place } from '../place.js';
import type { Numbered, Source } from '../source.js';
import { listed } from '../space.js';
import type { Spec } from '../types.js';
import { exampleDomains } from '../values.js';

/** Where a spec may say of whom it tells, and in which locale. */
export interface AboutSomebody {
  readonly locale?: Spec<'name'>['locale'];
  readonly of?: string;
}

export function inLocalesOf({ locale }: AboutSomebody, place: Place): Place {
  return locale === undefined ? place : place.in(localesFrom(locale));
}

const personAt = (place: Place, { of = '' }: AboutSomebody) =>
  localised(place, of, 'person', peopleOf);

/** The part of a person, or the full name in the order of its locale. */
export function name(spec: Spec<'name'>, given: Place): Source<string> {
  const place = inLocalesOf(spec, given);
  const { part = 'full' } = spec;
  const longest = longestName(place, part);
  if (part !== 'full' && spec.unique && (spec.maxLength ?? longest) >= longest) {
    const all = place.locales.flatMap(groupsOf).flatMap((group) => group[part]);
    return listed(all.map((word) => word.name));
  }
  const person = personAt(place, spec);
  const full = (row: number) => {
    const { given, family } = person.at(row);
    return locales[person.localeAt(row)].fullName(given, family);
  };
  const ofRow = part === 'full' ? full : (row: number) => person.at(row)[part];
  return fitted({ size: person.size, ofRow }, longest, place, spec);
}

function longestName(place: Place, part: 'full' | 'given' | 'family'): number {
  const longest = place.locales.flatMap(groupsOf).map(({ longest }) => longest);
  const given = Math.max(...longest.map((it) => it.given));
  const family = Math.max(...longest.map((it) => it.family));
  return { given, family, full: given + 1 + family }[part];
}

/** The name in a-z and a number, which no other row of the factory has. */
export function userName(spec: Spec<'userName'>, given: Place): Source<string> {
  return login(spec, inLocalesOf(spec, given), spec.maxLength ?? 64);
}

/** The user name of the row, in a domain that reaches nobody (RFC 2606) if no other is given. */
export function email(spec: Spec<'email'>, given: Place): Source<string> {
  const place = inLocalesOf(spec, given);
  const domains = spec.domain === undefined ? exampleDomains : [spec.domain];
  const needed = Math.max(...domains.map((domain) => domain.length + 1));
  // A local part has up to 64 characters (RFC 5321).
  const room = Math.min(64, (spec.maxLength ?? 254) - needed);
  if (room < 1) throw tooShort(spec, needed + 1);
  const local = login(spec, place, room);
  const pick = numbering(place.sharedKey(spec.of ?? '', 'domain'));
  const ofRow = (row: number) => `${local.ofRow(row)}@${domains[pick(row) % domains.length]}`;
  return { size: local.size, ofRow };
}

function login(spec: AboutSomebody, place: Place, room: number): Numbered<string> {
  const person = personAt(place, spec);
  const number = numbering(place.sharedKey(spec.of ?? '', 'number'));
  return {
    size: numbersWithin(room),
    ofRow(row) {
      const tail = `${number(row)}`;
      const { login } = person.at(row);
      const left = room - tail.length;
      return (
        (login.length <= left ? login : login.slice(0, Math.max(0, left)).replace(/\.$/, '')) + tail
      );
    },
  };
}

const reservedPhones = (locale: LocaleName) => phonesOf(locale, true);
const anyPhones = (locale: LocaleName) => phonesOf(locale, false);

/** With the country prefix; digits alone where they would not fit otherwise. */
export function phone(spec: Spec<'phone'>, given: Place): Source<string> {
  const place = inLocalesOf(spec, given);
  const { reserved = true, maxLength = 40, of = '' } = spec;
  const about = reserved ? 'phone' : 'any phone';
  const phones = localised(place, of, about, reserved ? reservedPhones : anyPhones);
  const longest = Math.max(
    ...place.locales.flatMap((it) => phonePatterns(it, reserved)).map((it) => it.length),
  );
  if (longest <= maxLength) return { size: phones.size, ofRow: phones.at };
  const needed = 13;
  if (spec.unique && maxLength < needed) throw tooShort(spec, needed);
  return {
    size: phones.size,
    ofRow: (row) => phones.at(row).replace(/\D/g, '').slice(-maxLength),
  };
}

export function locale(spec: Spec<'locale'>, given: Place): Source<string> {
  const place = inLocalesOf(spec, given);
  if (spec.unique) return listed(place.locales);
  const { localeAt } = personAt(place, spec);
  return { size: place.locales.length, ofRow: localeAt };
}
