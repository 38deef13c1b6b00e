import { HfitError } from '@hot-fixture/errors';
import { type FileOrder, globMatcher, nameOf, type VolumeEntry } from '@hot-fixture/extract';

/** The size of a file that is not told: it fits no filter, and comes first in the order. */
export const untold = -1;

const day = 24 * 60 * 60 * 1000;

/** What is asked of the files of a volume. */
export interface FileFilters {
  /** All of them hold; without any, folders are listed too. */
  readonly conditions: readonly ((file: VolumeEntry) => boolean)[];
  readonly order: FileOrder | null;
}

/** Each takes the rest of its filter, and gives a condition; null where it makes no sense. */
const kinds: Readonly<Record<string, (text: string) => FileFilters['conditions'][number] | null>> =
  {
    name(glob) {
      const fits = globMatcher(glob);
      return glob === '' ? null : (file) => fits(nameOf(file));
    },
    mtime(text) {
      if (!/^-?\d{1,6}(\.\d{1,6})?$/.test(text)) return null;
      const since = Date.now() - Math.abs(Number(text)) * day;
      return text.startsWith('-')
        ? ({ modified }) => modified.getTime() < since
        : ({ modified }) => modified.getTime() >= since;
    },
    size(text) {
      const [, sign, digits] = /^([<>]?)(\d{1,15})$/.exec(text) ?? [];
      const bytes = Number(digits);
      if (digits === undefined) return null;
      if (sign === '>') return ({ size }) => size > bytes;
      return sign === '<'
        ? ({ size }) => size !== untold && size < bytes
        : ({ size }) => size === bytes;
    },
  };

const orders = ['mtime', 'size', 'name', 'path'] as const;

/**
 * Reads `name:*.pdf`, `mtime:7`, `size:>1000`, `sort:mtime:desc`.
 * @throws HFIT_FILES_FILTER
 */
export function readFilters(texts: readonly string[]): FileFilters {
  const conditions: FileFilters['conditions'][number][] = [];
  let order: FileOrder | null = null;
  for (const text of texts) {
    const refuse = (reason: string) =>
      new HfitError('HFIT_FILES_FILTER', { filter: text.slice(0, 100), reason });
    const at = text.indexOf(':');
    const [kind, rest] = [text.slice(0, Math.max(at, 0)), text.slice(at + 1)];
    if (kind === 'sort') {
      if (order) throw refuse('there is another sort already');
      order = orderOf(rest);
      if (!order) throw refuse('there is no such order');
      continue;
    }
    if (!Object.hasOwn(kinds, kind)) throw refuse('there is no such filter');
    const condition = kinds[kind]?.(rest);
    if (!condition) throw refuse('its value makes no sense');
    conditions.push(condition);
  }
  return { conditions, order };
}

function orderOf(text: string): FileOrder | null {
  const [by, way = 'asc', ...more] = text.split(':');
  const known = orders.find((it) => it === by);
  if (!known || more.length > 0 || (way !== 'asc' && way !== 'desc')) return null;
  return { by: known, descending: way === 'desc' };
}
