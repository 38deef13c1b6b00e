const unfolded: Record<string, string> = { ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', đ: 'd' };

/** A name in a-z, without its accents; letters of other scripts are left out. */
export function fold(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[ßæœøłđ]/g, (letter) => unfolded[letter] ?? '')
    .replace(/[^a-z]/g, '');
}

/** After the table of ICAO Doc 9303 for passports, without the hard and soft signs. */
const cyrillic: Record<string, string> = {
  ...{ а: 'a', б: 'b', в: 'v', г: 'g', д: 'd', е: 'e', ё: 'e', ж: 'zh', з: 'z', и: 'i', й: 'i' },
  ...{ к: 'k', л: 'l', м: 'm', н: 'n', о: 'o', п: 'p', р: 'r', с: 's', т: 't', у: 'u', ф: 'f' },
  ...{ х: 'kh', ц: 'ts', ч: 'ch', ш: 'sh', щ: 'shch', ъ: '', ы: 'y', ь: '', э: 'e', ю: 'iu' },
  ...{ я: 'ia' },
};

/** A name in a-z, Cyrillic letters among it. */
export function romanised(name: string): string {
  const lower = name.normalize('NFC').toLowerCase();
  return fold(lower.replace(/[а-яё]/g, (letter) => cyrillic[letter] ?? ''));
}
