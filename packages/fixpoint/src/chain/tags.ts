import { identity, pick } from '@hot-fixture/changes';
import { qualified, type Row } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import type { TaggedValue } from '../compare/rules.js';
import type { Stored } from '../files/folder.js';
import type { FileTable, FixpointFile } from '../files/model.js';
import type { Chain } from './chain.js';

/**
 * The tags that hold for the last of a chain: a value is bound by the file that wrote it last, so
 * one that a child records takes the tag of its parent away, and a removed row takes all of its.
 * @throws HFIT_FIXPOINT_FILE
 */
export async function tagsIn(chain: Chain): Promise<TaggedValue[]> {
  let tags: TaggedValue[] = [];
  for (const stored of chain) {
    if (tags.length === 0 && !stored.mayHaveTags) continue;
    tags = tagsAfter(tags, (await stored.content()).file);
  }
  return tags;
}

/**
 * A value that has a rule alone cannot be restored: NULL would be what hardly any rule lets through.
 * @throws HFIT_FIXPOINT_VALUE, HFIT_FIXPOINT_FILE
 */
export async function assertValues(chain: Chain): Promise<void> {
  const missing = (await tagsIn(chain)).filter((it) => it.isMissing);
  const [first] = missing;
  if (!first) return;
  const { name, path } = chain.at(-1) as Stored;
  const { table, column, row, rule } = first;
  throw new HfitError(
    'HFIT_FIXPOINT_VALUE',
    {
      name,
      tag: `!${rule.rule}`,
      place: `column ${column} of table ${qualified(table)}, row ${row.map(String).join(', ')}`,
      more: missing.length > 1 ? ` (and ${missing.length - 1} more)` : '',
    },
    { where: path },
  );
}

function tagsAfter(tags: readonly TaggedValue[], file: FixpointFile): TaggedValue[] {
  const tables = new Map(file.tables.map((it) => [qualified(it), it]));
  const written = new Map<string, Written>();
  const left = tags.filter((tag) => {
    const name = qualified(tag.table);
    const table = tables.get(name);
    if (!table) return true;
    const known = written.get(name) ?? new Written(table);
    written.set(name, known);
    return !known.takes(tag);
  });
  return [...left, ...file.tags];
}

/** What a file writes anew of one table. */
class Written {
  readonly #rows = new Map<string, number>();
  readonly #values = new Set<string>();
  readonly #taken = new Map<string, number>();
  readonly #hasKey: boolean;

  constructor({ columns, key, added, changed, removed }: FileTable) {
    this.#hasKey = key !== null;
    const places = key?.map((name) => columns.findIndex((it) => it.name === name));
    const idOf = (row: Row) => identity(places ? pick(row, places) : row);
    // Without a key, one that comes cannot be told from one that is there already.
    for (const row of key ? [...added, ...removed] : removed) {
      const id = idOf(row);
      this.#rows.set(id, (this.#rows.get(id) ?? 0) + 1);
    }
    for (const it of changed) {
      for (const { place } of it.values) {
        this.#values.add(JSON.stringify([identity(it.key), columns[place]?.name]));
      }
    }
  }

  takes({ row, column }: TaggedValue): boolean {
    const id = identity(row);
    const at = JSON.stringify([id, column]);
    const rows = this.#rows.get(id) ?? 0;
    if (this.#hasKey) return rows > 0 || this.#values.has(at);
    // Of equal rows, as many lose their tags as are removed.
    const taken = (this.#taken.get(at) ?? 0) + 1;
    this.#taken.set(at, taken);
    return taken <= rows;
  }
}
