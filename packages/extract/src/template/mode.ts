import type { CreateMode } from '@hot-fixture/database';
import type { Field } from '@hot-fixture/document';

/** How tables are made; null where they have to be there. */
export function readMode(field: Field): CreateMode | null {
  const modes: Record<string, CreateMode | null> = {
    ifnotexists: 'absent',
    dropcreate: 'replace',
    none: null,
  };
  const text = field.text();
  if (!Object.hasOwn(modes, text)) throw field.fail('known are ifnotexists, dropcreate, none');
  return modes[text] ?? null;
}
