import type { FieldMask, Fields } from '../field-change.js';
import type { Row, Value } from '../model.js';
import { wholeRows } from './copy-rows.js';
import { FieldWriter } from './field-writer.js';
import { RowFields } from './row-fields.js';

/** Chunks of about this size are changed at once. */
const pieceSize = 256 * 1024;

/** More than rows mostly grow by, so that the memory for them is asked for once. */
const growth = 1.25;

/**
 * Changes fields of COPY's text format. Nothing is made of a row but its bytes: all that stays is
 * copied in pieces as long as can be, and a field becomes a value only where its bytes do not do.
 */
export const fields: Fields = {
  whole: (chunks) => wholeRows(chunks, pieceSize),

  change(bytes, { reads, fields: masks }) {
    const changed = masks.flatMap((mask, i) => (mask ? [{ i, mask }] : []));
    const looked = [...new Set([...reads, ...changed.map(({ i }) => i)])];
    const row = new RowFields(bytes, looked);
    const values: Value[] = masks.map(() => null);
    const out = new FieldWriter(Math.ceil(bytes.length * growth));
    let copied = 0;
    for (let at = 0; at < bytes.length; ) {
      at = row.find(at);
      let areRead = false;
      for (const { i, mask } of changed) {
        if (row.isNull(i)) continue;
        out.copy(bytes, copied, row.from[i]!);
        copied = row.to[i]!;
        if (written(out, bytes, row, i, mask)) continue;
        if (!areRead) for (const j of looked) values[j] = row.value(j);
        areRead = true;
        out.value(mask(values[i]!, values as Row));
      }
    }
    out.copy(bytes, copied, bytes.length);
    return out.done();
  },
};

/** Writes a new field out of bytes alone; false where that cannot be. */
function written(
  out: FieldWriter,
  bytes: Uint8Array,
  row: RowFields,
  i: number,
  { bytes: maker, reads }: FieldMask,
): boolean {
  if (!maker || !row.isPlain(i)) return false;
  const from = row.from[i]!;
  const to = row.to[i]!;
  let besideFrom = -1;
  let besideTo = -1;
  if (reads !== undefined && !row.isNull(reads)) {
    if (!row.isPlain(reads)) return false;
    besideFrom = row.from[reads]!;
    besideTo = row.to[reads]!;
  }
  out.need(to - from + maker.room);
  const end = maker.write(bytes, from, to, out.bytes, out.at, besideFrom, besideTo);
  if (end < 0) return false;
  out.at = end;
  return true;
}
