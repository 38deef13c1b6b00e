import type { Field } from '@hot-fixture/document';

/** What file systems take: a name of 255 bytes, and paths of 4,096 with the folder before it. */
const most = { segment: 255, path: 1000 };

/**
 * The names of the exports, which become files of one folder.
 * @throws what the fields make of it
 */
export function checkNames(exports: readonly (readonly [name: string, field: Field])[]): void {
  const folders = new Map<string, string>();
  for (const [name, field] of exports) {
    const segments = name.split('/');
    const safe = segments.every((it) => /^[\p{L}\p{N}_.-]+$/u.test(it) && !/^\.+$/.test(it));
    if (!safe || segments[0] === 'METADATA') {
      throw field.fail(`"${name}" cannot be the name of a file of the package`);
    }
    const isLong = segments.some((it) => Buffer.byteLength(it) > most.segment);
    if (isLong || Buffer.byteLength(name) > most.path) {
      const limits = `${most.segment} bytes, or ${most.path} with its folders`;
      throw field.fail(`"${name.slice(0, 40)}…" is longer than a file name can be: ${limits}`);
    }
    segments.slice(0, -1).forEach((_, i) => {
      folders.set(segments.slice(0, i + 1).join('/'), name);
    });
  }
  for (const [name, field] of exports) {
    const inner = folders.get(name);
    if (inner) throw field.fail(`"${name}" would be a file, and the folder of "${inner}"`);
  }
}
