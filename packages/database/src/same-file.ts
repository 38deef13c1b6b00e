import { statSync } from 'node:fs';

/** Whether two paths lead to one file or folder, by whatever links. */
export function isSameFile(a: string | undefined, b: string | undefined): boolean {
  const [one, other] = [a, b].map(
    (path) => path && statSync(path, { bigint: true, throwIfNoEntry: false }),
  );
  return !!one && !!other && one.dev === other.dev && one.ino === other.ino;
}
