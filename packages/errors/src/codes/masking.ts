import { defineCodes } from '../define.js';

export const masking = defineCodes({
  HFIT_POLICY_INVALID: {
    kind: 'input',
    what: 'the policy cannot be read: {reason}',
    todo: 'Mend the line that is named. The page "masking" of the docs tells how a policy is written.',
  },
  HFIT_POLICY_MASKER: {
    kind: 'input',
    what: 'there is no masker "{masker}"',
    todo: 'Write keep, deny, or one of: {known}.',
  },
  HFIT_POLICY_OPTION: {
    kind: 'input',
    what: 'the masker {masker} has no option "{option}"',
    todo: 'Remove it. Options of this masker: {known}.',
  },
  HFIT_POLICY_OPTION_MISSING: {
    kind: 'input',
    what: 'the masker {masker} needs the option "{option}"',
    todo: 'Add it: {example}',
  },
  HFIT_POLICY_OPTION_VALUE: {
    kind: 'input',
    what: 'the option "{option}" of the masker {masker} must be {expected}',
    todo: 'Give such a value, or leave the option out where it has a default.',
  },
  HFIT_POLICY_COLUMN: {
    kind: 'input',
    what: 'the policy classifies a column "{column}" that table {table} does not have',
    todo: 'Check the spelling, or remove the line. Columns there: {columns}.',
  },
  HFIT_POLICY_COLUMN_CASE: {
    kind: 'input',
    what: 'table {table} has a column "{column}" beside "{other}", and the policy names only one of them',
    todo: 'Classify both, each in its own spelling.',
  },
  HFIT_MASKER_UNFIT: {
    kind: 'input',
    what: 'the masker {masker} cannot serve the column {column}: {reason}',
    todo: 'Choose another masker for it in the policy, or deny the column.',
  },
  HFIT_MASKER_VALUE: {
    kind: 'conflict',
    what: 'the masker {masker} can make nothing of a value in the column {column}: {reason}',
    todo: 'Look for such values in the source and mend them, or choose another masker for the column. The value is not shown, because it is not masked.',
  },
  HFIT_MASKER_NAME: {
    kind: 'input',
    what: 'a masker cannot be registered as "{masker}": {reason}',
    todo: 'Give it a name of its own: a letter, then letters, digits, - and _.',
  },
  HFIT_MASKING_KEY_UNKNOWN: {
    kind: 'missing',
    what: 'there is no masking key with the id "{id}"',
    todo: 'Give the id that stands in the manifest of the package. Those of the keys that are there: {known}.',
  },
  HFIT_MASKING_KEY_INVALID: {
    kind: 'input',
    what: 'the masking key is not 32 bytes in a form that is known',
    todo: 'Give 64 hexadecimal digits, or the base64 of 32 bytes. A new one: openssl rand -hex 32',
  },
});
