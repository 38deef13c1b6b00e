import { HfitError } from '@hot-fixture/errors';
import { isMap, isScalar, type Node, type Scalar } from 'yaml';
import type { Masker, OptionSpec, OptionValue } from '../masker.js';
import { maskerNamed } from '../registry.js';
import { type Decision, maskDecision } from './decision.js';
import { type PolicyDocument, textOf } from './document.js';

const shape =
  'keep, deny, the name of a masker, or a mapping such as { mask: dateShift, days: 30 }';

/** Reads what stands behind a column: `keep`, `deny`, `email`, `{ mask: dateShift, days: 30 }`. */
export function classify(
  document: PolicyDocument,
  column: string,
  key: Node,
  value: Node | null,
): Decision {
  document.refuseAlias(value);
  if (isScalar(value) && textOf(value) !== '') {
    const word = textOf(value);
    if (word === 'keep') return { kind: 'keep' };
    if (word === 'deny') return { kind: 'deny', explicit: true };
    const masker = maskerNamed(word, document.at(value));
    return maskDecision({ masker: word, options: optionsOf(document, masker, new Map(), value) });
  }
  const what = `the column ${column}`;
  if (!isMap(value)) throw document.wrongShape(value, what, shape, key);

  const fields = document.fields(value, what, 'option');
  const mask = fields.find(({ name }) => name === 'mask');
  if (!mask) {
    const values = { field: 'mask', example: '{ mask: dateShift, days: 30 }' };
    throw new HfitError('HFIT_POLICY_MISSING', values, { where: document.at(value) });
  }
  document.refuseAlias(mask.value);
  if (!isScalar(mask.value)) {
    throw document.wrongShape(mask.value, 'mask', 'the name of a masker', mask.key);
  }
  const masker = maskerNamed(textOf(mask.value), document.at(mask.value));
  const given = new Map(
    fields.filter((it) => it !== mask).map(({ name, key, value }) => [name, { key, value }]),
  );
  return maskDecision({
    masker: masker.name,
    options: optionsOf(document, masker, given, value),
  });
}

type Given = ReadonlyMap<string, { readonly key: Node; readonly value: Node | null }>;

function optionsOf(
  document: PolicyDocument,
  masker: Masker,
  given: Given,
  whole: Node,
): Record<string, OptionValue> {
  const options: Record<string, OptionValue> = {};
  for (const [option, { key, value }] of given) {
    const names = { masker: masker.name, option };
    if (!Object.hasOwn(masker.options, option)) {
      const known = Object.keys(masker.options).join(', ') || 'none';
      throw new HfitError('HFIT_POLICY_OPTION', { ...names, known }, { where: document.at(key) });
    }
    const spec = masker.options[option] as OptionSpec;
    document.refuseAlias(value);
    const read = isScalar(value) ? readOption(spec, value) : undefined;
    if (read === undefined) {
      const values = { ...names, expected: expectation(spec) };
      throw new HfitError('HFIT_POLICY_OPTION_VALUE', values, { where: document.at(value ?? key) });
    }
    options[option] = read;
  }
  for (const [option, spec] of Object.entries(masker.options)) {
    if (spec.default === undefined && !given.has(option)) {
      const example = `{ mask: ${masker.name}, ${option}: … }`;
      const values = { masker: masker.name, option, example };
      throw new HfitError('HFIT_POLICY_OPTION_MISSING', values, { where: document.at(whole) });
    }
  }
  return options;
}

function readOption(spec: OptionSpec, scalar: Scalar): OptionValue | undefined {
  const { value } = scalar;
  switch (spec.type) {
    case 'integer':
      return Number.isSafeInteger(value) &&
        (value as number) >= spec.least &&
        (value as number) <= spec.most
        ? (value as number)
        : undefined;
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined;
    case 'choice':
      return spec.choices.find((choice) => choice === textOf(scalar));
    case 'text':
      return value === null ? undefined : textOf(scalar);
  }
}

function expectation(spec: OptionSpec): string {
  switch (spec.type) {
    case 'integer':
      return `a whole number from ${spec.least} to ${spec.most}`;
    case 'boolean':
      return 'true or false';
    case 'choice':
      return `one of ${spec.choices.join(', ')}`;
    case 'text':
      return 'a text or a number; for NULL there is the masker null';
  }
}
