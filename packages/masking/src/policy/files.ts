import { isScalar } from 'yaml';
import { type Field, type PolicyDocument, textOf } from './document.js';

/** What becomes of the files that fit a pattern. */
export interface FileRule {
  readonly pattern: RegExp;
  readonly decision: 'keep' | 'deny';
}

/** The rules of each volume. */
export type VolumeRules = ReadonlyMap<string, readonly FileRule[]>;

/** Reads `volumes: { invoices: { "2024/*.pdf": keep } }`. */
export function readVolumes(document: PolicyDocument, field: Field | undefined): VolumeRules {
  if (!field) return new Map();
  const volumes = document.fields(field.value, 'volumes', 'volume', field.key);
  return new Map(
    volumes.map(({ name, key, value }) => {
      const patterns = document.fields(value, `the volume ${name}`, 'pattern', key);
      return [name, patterns.map((it) => ruleOf(document, it))];
    }),
  );
}

function ruleOf(document: PolicyDocument, { name, key, value }: Field): FileRule {
  const word = isScalar(value) ? textOf(value) : '';
  if (word !== 'keep' && word !== 'deny') {
    throw document.wrongShape(value, `the pattern ${name}`, 'keep or deny', key);
  }
  return { pattern: globPattern(name), decision: word };
}

/** `*` and `?` stand for anything but `/`, `**` for anything. */
function globPattern(glob: string): RegExp {
  const source = glob.replace(/\*\*|[\s\S]/gu, (piece) => {
    if (piece === '**') return '.*';
    if (piece === '*') return '[^/]*';
    return piece === '?' ? '[^/]' : piece.replace(/[\\^$.+()[\]{}|]/, '\\$&');
  });
  return new RegExp(`^${source}$`, 'su');
}
