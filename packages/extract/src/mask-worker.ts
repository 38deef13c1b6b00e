import { parentPort, workerData } from 'node:worker_threads';
import { dialectNamed, type FieldChange, type Fields } from '@hot-fixture/database';
import { bindMasker, type MaskingKey, type TableFacts } from '@hot-fixture/masking';
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
}

/* The key is in the memory of this thread, and nowhere else. */
const { key } = workerData as { key: MaskingKey };
const tables = new Map<number, { fields: Fields; change: FieldChange }>();

parentPort?.on('message', (message: SentTable | SentRows) => {
  if ('recipes' in message) return prepare(message);
  const { fields, change } = tables.get(message.table)!;
  let answer: Answer;
  try {
    answer = { rows: owned(fields.change(message.rows, change)), isMasked: true };
  } catch {
    answer = { rows: message.rows, isMasked: false };
  }
  parentPort?.postMessage(answer, [answer.rows.buffer]);
});

parentPort?.postMessage('ready');

function prepare({ table, dialect, columns, recipes }: SentTable): void {
  const masks = recipes.map((it) => it && bindMasker(it.choice, it.facts, key, columns));
  const fields = dialectNamed(dialect).bulk?.fields as Fields;
  tables.set(table, { fields, change: fieldChange(masks) });
}

/** Bytes that have their memory for themselves, so that it can change hands. */
function owned(rows: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteLength } = rows;
  const isOwn = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength;
  return isOwn ? (rows as Uint8Array<ArrayBuffer>) : new Uint8Array(rows);
}
