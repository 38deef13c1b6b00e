import type { Value } from '@hot-fixture/database';
import type { Field } from '@hot-fixture/document';
import { jsonText, styles } from './json-text.js';
import { bytesOf } from './json-value.js';

/**
 * The value that `yamlValue` has written.
 * @param typed whether numbers are numbers; else they are the texts that they look like
 * @throws what the document throws, at the place
 */
export function readYamlValue(field: Field, typed: boolean): Value {
  switch (field.kind) {
    case 'null':
      if (field.written === '') throw field.fail('a value is missing: null, "" or something else');
      return null;
    case 'text':
      return field.text();
    case 'number':
      return typed ? numberOf(field) : field.written;
    case 'mapping':
      return wrappedOf(field);
    default:
      throw field.fail('a value is expected here; put a text that looks like this into quotes');
  }
}

function numberOf(field: Field): Value {
  const { written } = field;
  if (/^[-+]?\d+$/.test(written)) {
    const whole = BigInt(written.replace('+', ''));
    if (BigInt.asIntN(64, whole) !== whole) throw field.fail('a whole number has at most 64 bits');
    return whole;
  }
  const infinite = /^([-+]?)\.inf$/i.exec(written);
  if (infinite) return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const value = Number(written);
  if (Number.isNaN(value)) throw field.fail('a number is expected here');
  return value;
}

/** What cannot stand as a plain scalar says in a word what it is. */
function wrappedOf(field: Field): Value {
  const { base64, bytes, json, compactJson } = field.fields(
    [],
    ['base64', 'bytes', 'json', 'compactJson'],
  );
  const given = [base64, bytes, json, compactJson].filter((it) => it !== undefined);
  if (given.length !== 1) throw field.fail('one of base64, bytes, json, compactJson is expected');
  if (bytes) return Buffer.from(bytes.text());
  if (base64) {
    const decoded = bytesOf(base64.text());
    if (!decoded) throw base64.fail('this is no base64');
    return decoded;
  }
  if (json) return jsonText(json.value() as never, styles.json);
  return jsonText((compactJson as Field).value() as never, styles.compactJson);
}
