import { types } from 'node:util';
import { HfitError } from '@hot-fixture/errors';
import { isPlain } from './plain.js';

/**
 * A key as a text: the same for equal keys, whatever the order of their properties.
 * @throws HFIT_DUMP_KEY where something in it has no text of its own
 */
export function keyText(dump: string, key: unknown): string {
  const refuse = (kind: string) => new HfitError('HFIT_DUMP_KEY', { dump, kind });
  const above = new Set<unknown>();
  const list = (all: Iterable<unknown>) => Array.from(all, text).join(',');
  const text = (it: unknown): string => {
    if (typeof it === 'string') return JSON.stringify(it);
    if (typeof it === 'bigint') return `${it}n`;
    if (Object.is(it, -0)) return '-0';
    if (typeof it === 'symbol' || typeof it === 'function') throw refuse(`a ${typeof it}`);
    if (typeof it !== 'object' || it === null) return String(it);
    if (above.has(it)) throw refuse('a circle');
    above.add(it);
    const written = object(it);
    above.delete(it);
    return written;
  };
  const object = (it: object): string => {
    if (Array.isArray(it)) return `[${list(it)}]`;
    if (types.isDate(it)) return `Date(${it.getTime()})`;
    if (types.isSet(it)) return `Set(${Array.from(it, text).sort().join(',')})`;
    if (types.isMap(it))
      return `Map(${[...it]
        .map((pair) => list(pair))
        .sort()
        .join(';')})`;
    if (ArrayBuffer.isView(it)) {
      const bytes = Buffer.from(it.buffer, it.byteOffset, it.byteLength);
      return `Bytes(${bytes.toString('base64')})`;
    }
    if (isPlain(it)) {
      const names = Object.keys(it).sort();
      return `{${names.map((name) => `${JSON.stringify(name)}:${text((it as Record<string, unknown>)[name])}`)}}`;
    }
    const own = String(it);
    if (own.startsWith('[object ')) throw refuse(own);
    return `${it.constructor?.name}(${own})`;
  };
  return text(key);
}
