import { type LocaleName, localeNames, type Values } from '@hot-fixture/generator';

/** `SW1A 1AA`: the part before the space is the area. */
const british = /\b([A-Z]{1,2}\d[A-Z\d]?) ?\d[A-Z]{2}\b/i;
/** A country's letters and a hyphen may stand before the number, as in `D-10115` or `LV-1050`. */
const numeric = /(?<![\d-])(?:[A-Z]{1,3}-)?(\d{4,6})(?!\d)(?:-\d{3,4}\b)?/gi;

/**
 * The last postcode of a text and what of it tells the area: of a British one the part before the
 * space, of a number its first two digits. Null where there is none.
 */
export function postcodeIn(text: string): { postcode: string; area: string } | null {
  const uk = british.exec(text);
  if (uk) return { postcode: uk[0], area: uk[1]! };
  const found = [...text.matchAll(numeric)].at(-1);
  if (!found) return null;
  const [postcode, digits = ''] = found;
  return { postcode, area: postcode.slice(0, postcode.indexOf(digits) + 2) };
}

/** A postcode of the same area and form. */
export function postcodeNear(
  { postcode, area }: { postcode: string; area: string },
  values: Values,
) {
  const draws = values.draws('postcode of the area');
  const rest = postcode
    .slice(area.length)
    .replace(/[A-Z]|\d/gi, (one) =>
      /\d/.test(one) ? String(draws.below(10)) : draws.pick([...'ABDEFGHJLNPQRSTUWXYZ']),
    );
  return area + rest;
}

let countries: Set<string> | undefined;

/** The country at the end of an address, behind a comma or on a line of its own; else null. */
export function countryIn(text: string): string | null {
  countries ??= new Set(countryNames());
  const last = text.split(/[,\n]/).at(-1)!.trim();
  return text.includes(last) && last !== text.trim() && countries.has(last.toLowerCase())
    ? last
    : null;
}

/** The names and codes of all countries, in the languages of the generator, as ICU has them. */
function* countryNames(): Generator<string> {
  yield* ['usa', 'u.s.a.', 'uk', 'england', 'scotland', 'wales', 'holland', 'россия'];
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  const codes = letters.flatMap((first) => letters.map((second) => first + second));
  for (const locale of localeNames satisfies readonly LocaleName[]) {
    const names = new Intl.DisplayNames([locale], { type: 'region', fallback: 'none' });
    for (const code of codes) {
      const name = names.of(code);
      if (name === undefined) continue;
      yield name.toLowerCase();
      yield code.toLowerCase();
    }
  }
}
