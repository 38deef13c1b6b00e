import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { Row, Value } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';

/** Where a page ended. */
export interface Place {
  /** The values of the ordered columns in its last row; no other values are ever in it. */
  readonly values: Row;
  /** How many rows the limit of the filter leaves for later pages; null without one. */
  readonly left: number | null;
}

/** What a page was asked of; a place in the answer to one question means nothing in another. */
export type Question = readonly string[];

/**
 * Writes places as texts that nobody else can make: an HMAC-SHA256 binds each to its question. The
 * key comes from the masking key (HKDF, RFC 5869), so all daemons that mask alike read them.
 */
export class Places {
  readonly #key: Buffer;

  constructor(maskingKey: Uint8Array) {
    this.#key = Buffer.from(hkdfSync('sha256', maskingKey, '', 'hfitd: places in rows', 32));
  }

  write({ values, left }: Place, question: Question): string {
    const body = Buffer.from(JSON.stringify([left, ...values.map(toJson)])).toString('base64url');
    return `${body}.${this.#sign(body, question).toString('base64url')}`;
  }

  /** @throws HFIT_ROWS_PLACE */
  read(text: string, question: Question): Place {
    const [body = '', signature = ''] = text.split('.');
    const signed = Buffer.from(signature, 'base64url');
    const expected = this.#sign(body, question);
    if (signed.length !== expected.length || !timingSafeEqual(signed, expected)) {
      throw new HfitError('HFIT_ROWS_PLACE', {});
    }
    const [left, ...values] = JSON.parse(Buffer.from(body, 'base64url').toString());
    return { left, values: values.map(fromJson) };
  }

  #sign(body: string, question: Question): Buffer {
    const text = JSON.stringify([body, ...question]);
    return createHmac('sha256', this.#key).update(text).digest().subarray(0, 18);
  }
}

function toJson(value: Value): unknown {
  if (value === null || typeof value === 'string') return value;
  if (typeof value === 'bigint') return { i: String(value) };
  if (typeof value === 'number') return { r: String(value) };
  return { b: Buffer.from(value).toString('base64') };
}

function fromJson(json: { i?: string; r?: string; b?: string } | string | null): Value {
  if (json === null || typeof json === 'string') return json;
  if (json.i !== undefined) return BigInt(json.i);
  if (json.r !== undefined) return Number(json.r);
  return new Uint8Array(Buffer.from(json.b as string, 'base64'));
}
