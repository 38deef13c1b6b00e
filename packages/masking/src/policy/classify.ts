import type { Field } from '@hot-fixture/document';
import { type Code, HfitError, type Values } from '@hot-fixture/errors';
import { parsePath } from '../json/path.js';
import type { Masker } from '../masker.js';
import type { OptionSpec, OptionValue } from '../options.js';
import { maskerNamed } from '../registry.js';
import { type Entry, entriesOf } from './block.js';
import { type Decision, maskDecision } from './decision.js';

const shape = 'write keep, deny, a masker, or a masker with options: { mask: dateShift, days: 30 }';

/**
 * Reads what stands behind a column: `keep`, `deny`, `email`, `{ mask: dateShift, days: 30 }`.
 * @throws HFIT_POLICY_INVALID, HFIT_POLICY_MASKER, HFIT_POLICY_OPTION…
 */
export function classify(column: string, value: Field): Decision {
  const { written } = value;
  if (written === 'keep') return { kind: 'keep' };
  if (written === 'deny') return { kind: 'deny', explicit: true };
  if (value.kind !== 'mapping') {
    if (written === '') throw value.fail(`column ${column}: ${shape}`);
    return decide(maskerNamed(written, value.where), [], value);
  }
  const entries = entriesOf(value);
  const mask = entries.find(({ name }) => name === 'mask');
  if (!mask?.value.written) throw value.fail(`column ${column} has no masker: ${shape}`);
  const masker = maskerNamed(mask.value.written, mask.value.where);
  return decide(
    masker,
    entries.filter((it) => it !== mask),
    value,
  );
}

function decide(masker: Masker, given: readonly Entry[], whole: Field): Decision {
  const options: Record<string, OptionValue> = {};
  for (const { name, at, value } of given) {
    const spec = Object.hasOwn(masker.options, name) ? masker.options[name] : undefined;
    const names = { masker: masker.name, option: name };
    if (!spec) {
      const known = Object.keys(masker.options).join(', ') || 'none';
      throw wrong('HFIT_POLICY_OPTION', { ...names, known }, at.where);
    }
    const read = readOption(spec, value);
    if (read === undefined) {
      const values = { ...names, expected: expectation(spec) };
      throw wrong('HFIT_POLICY_OPTION_VALUE', values, value.where);
    }
    options[name] = read;
  }
  for (const [option, spec] of Object.entries(masker.options)) {
    const mayLack = spec.default !== undefined || spec.optional === true;
    if (mayLack || Object.hasOwn(options, option)) continue;
    const example = `{ mask: ${masker.name}, ${option}: … }`;
    const values = { masker: masker.name, option, example };
    throw wrong('HFIT_POLICY_OPTION_MISSING', values, whole.where);
  }
  return maskDecision({ masker: masker.name, options });
}

function wrong<C extends Code>(code: C, values: Values<C>, where: string): HfitError<C> {
  return new HfitError(code, values, { where });
}

/** Undefined where the field holds nothing that the option takes. */
function readOption(spec: OptionSpec, field: Field): OptionValue | undefined {
  const { kind, written } = field;
  const isText = kind === 'text' || kind === 'number' || kind === 'boolean';
  switch (spec.type) {
    case 'integer': {
      const value = kind === 'number' ? field.value() : undefined;
      const isWithin = typeof value === 'bigint' && value >= spec.least && value <= spec.most;
      return isWithin ? Number(value) : undefined;
    }
    case 'boolean':
      return kind === 'boolean' ? field.boolean() : undefined;
    case 'choice':
      return isText && spec.choices.includes(written) ? written : undefined;
    case 'text':
    case 'column':
      return isText ? written : undefined;
    case 'paths': {
      if (kind !== 'mapping') return undefined;
      const paths = entriesOf(field);
      if (!paths.every(({ name }) => parsePath(name))) return undefined;
      return Object.fromEntries(paths.map(({ name, value }) => [name, classify(name, value)]));
    }
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
    case 'column':
      return 'the name of a column';
    case 'paths':
      return 'decisions by path: { "$.contact.email": email, "$.items[*].price": keep }';
  }
}
