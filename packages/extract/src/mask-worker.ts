import { parentPort, workerData } from 'node:worker_threads';
import { dialectNamed, type FieldChange, type Fields } from '@hot-fixture/database';
import { type BoundMask, bindMasker, type MaskingKey, type TableFacts } from '@hot-fixture/masking';
import { fieldChange, type Recipe } from './classify.js';

/** Tells a thread of a table, before its rows come. */
export interface SentTable {
  readonly table: number;
  readonly dialect: string;
  readonly columns: TableFacts;
  readonly recipes: readonly (Recipe | null)[];
}

export interface SentRows {
  readonly table: number;
  readonly rows: Uint8Array<ArrayBuffer>;
}

/** The rows masked; or as they came, where a mask failed: who sent them finds out why. */
export interface Answer {
  readonly rows: Uint8Array<ArrayBuffer>;
  readonly isMasked: boolean;
  /** How many values of each column could not be read. */
  readonly unread: readonly number[];
}

type Masks = readonly (BoundMask | null)[];

/* The key is in the memory of this thread, and nowhere else. */
const { key } = workerData as { key: MaskingKey };
const tables = new Map<number, { fields: Fields; change: FieldChange; masks: Masks }>();

parentPort?.on('message', (message: SentTable | SentRows) => {
  if ('recipes' in message) return prepare(message);
  const { fields, change, masks } = tables.get(message.table)!;
  let answer: Answer;
  try {
    const rows = owned(fields.change(message.rows, change));
    answer = { rows, isMasked: true, unread: taken(masks) };
  } catch {
    answer = { rows: message.rows, isMasked: false, unread: [] };
    taken(masks);
  }
  parentPort?.postMessage(answer, [answer.rows.buffer]);
});

parentPort?.postMessage('ready');

function prepare({ table, dialect, columns, recipes }: SentTable): void {
  const masks = recipes.map((it) => it && bindMasker(it.choice, it.facts, key, columns));
  const fields = dialectNamed(dialect).bulk?.fields as Fields;
  tables.set(table, { fields, change: fieldChange(masks), masks });
}

/** What was counted since it was last taken. */
function taken(masks: Masks): number[] {
  return masks.map((mask) => {
    const count = mask?.unread.values ?? 0;
    if (mask) mask.unread.values = 0;
    return count;
  });
}

/** Bytes that have their memory for themselves, so that it can change hands. */
function owned(rows: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteLength } = rows;
  const isOwn = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength;
  return isOwn ? (rows as Uint8Array<ArrayBuffer>) : new Uint8Array(rows);
}
