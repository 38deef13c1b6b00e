import type { LoadOptions } from '@hot-fixture/database';

/** How rows get into a database that may have some already. */
export const loadOptions = {
  existing: {
    value: 'HOW',
    choices: ['refuse', 'add', 'replace', 'merge'],
    text: 'What becomes of rows that its tables hold already: refuse to load, add to them, replace all of them, or merge by key.',
  },
  'on-conflict': {
    value: 'HOW',
    choices: ['update', 'keep'],
    text: 'With --existing merge: write over a row of the same key (update, as by default), or keep it.',
  },
  'shift-keys': {
    text: 'Move whole-number keys behind those that are there, and what points to them with them.',
  },
  'keep-keys': {
    value: 'TABLE',
    many: true,
    text: 'With --shift-keys: a table whose keys mean the same in both databases, such as countries.',
  },
} as const;

/** The options as they were given. */
export interface LoadWishes {
  readonly existing: 'refuse' | 'add' | 'replace' | 'merge' | undefined;
  readonly 'on-conflict': 'update' | 'keep' | undefined;
  readonly 'shift-keys': boolean;
  readonly 'keep-keys': readonly string[];
}

/** @param usual where nobody says what becomes of rows that are there */
export function loadOptionsOf(wishes: LoadWishes, usual: 'refuse' | 'add'): LoadOptions {
  // What is moved behind the rows that are there is meant to be added to them.
  const existing = wishes.existing ?? (wishes['shift-keys'] ? 'add' : usual);
  return {
    existing,
    onConflict: wishes['on-conflict'] ?? 'update',
    shiftKeys: wishes['shift-keys'],
    keepKeys: wishes['keep-keys'],
  };
}
