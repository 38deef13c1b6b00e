import { defineCodes } from '../define.js';

export const masking = defineCodes({
  HFIT_POLICY_SYNTAX: {
    kind: 'input',
    what: 'the policy is not valid YAML: {reason}',
    todo: 'Mend the YAML at that place.',
  },
  HFIT_POLICY_SHAPE: {
    kind: 'input',
    what: '{what} must be {expected}, and is {found}',
    todo: 'A policy holds policyVersion and databases; below these a database, below it a table, and below that a line for each column.',
  },
  HFIT_POLICY_ALIAS: {
    kind: 'input',
    what: 'the policy uses the alias *{alias}',
    todo: 'Write out what the alias stands for: a policy is read line by line, so each column says itself what becomes of it.',
  },
  HFIT_POLICY_VERSION: {
    kind: 'input',
    what: 'policyVersion {version} is not known',
    todo: 'This release reads policyVersion: 1.',
  },
  HFIT_POLICY_FIELD: {
    kind: 'input',
    what: 'the policy has no field "{field}" here',
    todo: 'Remove it, or use one of: {known}.',
  },
  HFIT_POLICY_MISSING: {
    kind: 'input',
    what: 'the field "{field}" is missing',
    todo: 'Add it: {example}',
  },
  HFIT_POLICY_DUPLICATE: {
    kind: 'input',
    what: '"{name}" stands here a second time; the first is in line {line}',
    todo: 'Keep one of the two.',
  },
  HFIT_POLICY_NAME: {
    kind: 'input',
    what: '{what} cannot be called "{name}"',
    todo: 'Give the name of {what} as the database has it.',
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
  HFIT_MASKING_KEY_INVALID: {
    kind: 'input',
    what: 'the masking key is not 32 bytes in a form that is known',
    todo: 'Give 64 hexadecimal digits, or the base64 of 32 bytes. A new one: openssl rand -hex 32',
  },
});
