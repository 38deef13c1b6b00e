import type { Row, RowUpdate, SequenceChange, SequenceValue, Value } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import type { ChangeSet, TableChanges } from '../change-set.js';
import { fromJson } from './json-value.js';
import { lineGroupsOf, type Pieces } from './lines.js';

interface OpenTable extends TableChanges {
  readonly inserted: Row[];
  readonly updated: RowUpdate[];
  readonly deleted: Row[];
}

type Entry = Readonly<Record<string, unknown>>;

/**
 * Reads what `writeNdjson` has written, a line at a time.
 * @param pieces such as a stream of a file; a string is all of it
 * @param file its name for messages
 * @throws HFIT_CHANGES_FILE at `file:line`
 */
export async function readNdjson(pieces: Pieces, file: string): Promise<ChangeSet> {
  const reader = new Reader(file);
  for await (const lines of lineGroupsOf(pieces)) for (const line of lines) reader.take(line);
  return reader.finish();
}

class Reader {
  readonly #file: string;
  readonly #tables: OpenTable[] = [];
  readonly #sequences: SequenceChange[] = [];
  #dialect: string | null = null;
  #line = 0;
  #rows = 0;
  #ended = false;

  constructor(file: string) {
    this.#file = file;
  }

  take(text: string): void {
    this.#line += 1;
    const entry = this.#parse(text);
    if (this.#ended) throw this.#fail('nothing may come after the line "end"');
    if (this.#dialect === null) this.#begin(entry);
    else if ('table' in entry) this.#tables.push(this.#table(entry));
    else if ('sequence' in entry) this.#sequences.push(this.#sequence(entry));
    else if ('end' in entry) this.#end(entry);
    else this.#row(entry);
  }

  finish(): ChangeSet {
    if (!this.#ended || this.#dialect === null) {
      throw this.#fail('it is cut off: the line "end" is missing');
    }
    return { dialect: this.#dialect, tables: this.#tables, sequences: this.#sequences };
  }

  #parse(text: string): Entry {
    try {
      const value: unknown = JSON.parse(text);
      if (typeof value === 'object' && value !== null) return value as Entry;
    } catch {
      // Told below, as any other line that is no entry.
    }
    throw this.#fail('this line is no JSON object');
  }

  #begin(entry: Entry): void {
    if (entry.changeSetVersion !== 1 || typeof entry.dialect !== 'string') {
      throw this.#fail('a change set of version 1 begins with its version and its dialect');
    }
    this.#dialect = entry.dialect;
  }

  #table({ table: name, schema, key, columns }: Entry): OpenTable {
    const isNames = (it: unknown): it is string[] =>
      Array.isArray(it) && it.every((one) => typeof one === 'string');
    const fits =
      typeof name === 'string' &&
      typeof schema === 'string' &&
      isNames(columns) &&
      (key === null || (isNames(key) && key.every((it) => columns.includes(it))));
    if (!fits)
      throw this.#fail('a table has a name, a schema, columns, and a key of these or null');
    return { schema, name, columns, key, inserted: [], updated: [], deleted: [] };
  }

  #row(entry: Entry): void {
    const table = this.#tables.at(-1);
    if (!table) throw this.#fail('a row comes after its table');
    this.#rows += 1;
    if ('insert' in entry) table.inserted.push(this.#values(entry.insert, table));
    else if ('delete' in entry) table.deleted.push(this.#values(entry.delete, table));
    else if ('update' in entry && Array.isArray(entry.update) && table.key !== null) {
      const [before, after] = entry.update;
      table.updated.push({
        before: this.#values(before, table),
        after: this.#values(after, table),
      });
    } else throw this.#fail('this line is neither a row nor anything else that is known');
  }

  #values(values: unknown, { columns }: TableChanges): Row {
    if (!Array.isArray(values) || values.length !== columns.length) {
      throw this.#fail(`a row has ${columns.length} values`);
    }
    return values.map((json, i): Value => {
      const value = fromJson(json);
      if (value === undefined) throw this.#fail(`this is no value: column ${columns[i]}`);
      return value;
    });
  }

  #sequence({ sequence: name, schema, before, after }: Entry): SequenceChange {
    const isValue = (it: unknown): it is SequenceValue | null =>
      it === null ||
      (/^-?\d+$/.test(String((it as SequenceValue)?.last)) &&
        typeof (it as SequenceValue)?.called === 'boolean');
    if (
      typeof name !== 'string' ||
      typeof schema !== 'string' ||
      !isValue(before) ||
      !isValue(after)
    ) {
      throw this.#fail('a sequence has a name, a schema, and where it stands before and after');
    }
    return { schema, name, before, after };
  }

  #end({ end }: Entry): void {
    const wanted = {
      tables: this.#tables.length,
      rows: this.#rows,
      sequences: this.#sequences.length,
    };
    if (JSON.stringify(end) !== JSON.stringify(wanted)) {
      throw this.#fail('lines are missing: there are other numbers of them than this one says');
    }
    this.#ended = true;
  }

  #fail(reason: string): HfitError {
    const where = `${this.#file}:${Math.max(1, this.#line)}`;
    return new HfitError('HFIT_CHANGES_FILE', { reason }, { where });
  }
}
