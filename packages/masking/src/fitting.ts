import { type LocaleName, type Values, valuesFrom, type Words } from '@hot-fixture/generator';

/**
 * A generated text that fits: the first of a few that does, else the last of them cut.
 * @param maxLength in characters; null for no limit
 */
export function fitting(
  entropy: Uint8Array | Words,
  locale: LocaleName,
  maxLength: number | null,
  make: (values: Values) => string,
): string {
  let values = valuesFrom(entropy, { locale });
  let text = make(values);
  for (let i = 0; i < 8 && !fits(text, maxLength); i++) {
    values = valuesFrom(values.draws('fitting').bytes(16), { locale });
    text = make(values);
  }
  return cut(text, maxLength);
}

/** Databases count characters of Unicode, and JavaScript counts halves of some. */
export function fits(text: string, maxLength: number | null): boolean {
  return maxLength === null || text.length <= maxLength || [...text].length <= maxLength;
}

export function cut(text: string, maxLength: number | null): string {
  return fits(text, maxLength)
    ? text
    : [...text]
        .slice(0, maxLength ?? undefined)
        .join('')
        .trim();
}
