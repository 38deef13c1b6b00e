import { HfitError } from '@hot-fixture/errors';
import { isScalar, type Node } from 'yaml';
import { classify } from './classify.js';
import { type Field, PolicyDocument, textOf } from './document.js';
import { readVolumes } from './files.js';
import { type Block, type ClassifiedColumn, Policy } from './policy.js';

const required = ['policyVersion', 'databases'] as const;
const known = [...required, 'volumes'] as const;
const example = { policyVersion: 'policyVersion: 1', databases: 'databases: { shop: … }' };

/**
 * Reads a policy from YAML.
 * @param file how to call the text in errors
 * @throws HFIT_POLICY_… with `file:line:column`; nothing of the text is run or expanded
 */
export function parsePolicy(text: string, file = 'policy'): Policy {
  const document = new PolicyDocument(text, file);
  const top = document.fields(document.root, 'the policy', 'field');
  for (const { name, key } of top) {
    if (!known.some((it) => it === name)) {
      const values = { field: name, known: known.join(', ') };
      throw new HfitError('HFIT_POLICY_FIELD', values, { where: document.at(key) });
    }
  }
  const [version, databases] = required.map((field) => {
    const found = top.find(({ name }) => name === field);
    if (found) return found;
    const values = { field, example: example[field] };
    throw new HfitError('HFIT_POLICY_MISSING', values, { where: document.at(null) });
  }) as [Field, Field];
  checkVersion(document, version);

  const block = <T>(
    { key, value }: Field,
    what: string,
    field: string,
    read: (field: Field) => T,
  ): Block<T> => {
    const fields = document.fields(value, what, field, key);
    return {
      at: document.at(key),
      line: document.line(key),
      indent: fields[0] ? document.column(fields[0].key) - 1 : null,
      isFlow: isFlow(value),
      of: new Map(fields.map((it) => [it.name, read(it)])),
    };
  };
  const column = ({ key, name, value }: Field): ClassifiedColumn => ({
    at: document.at(key),
    decision: classify(document, name, key, value),
  });
  const tables = (field: Field) => block(field, `the table ${field.name}`, 'column', column);
  return new Policy(
    file,
    block(databases, 'databases', 'database', (field) =>
      block(field, `the database ${field.name}`, 'table', tables),
    ),
    readVolumes(
      document,
      top.find(({ name }) => name === 'volumes'),
    ),
  );
}

function checkVersion(document: PolicyDocument, { key, value }: Field): void {
  document.refuseAlias(value);
  if (!isScalar(value)) throw document.wrongShape(value, 'policyVersion', 'a number', key);
  if (value.value === 1) return;
  const where = document.at(value);
  throw new HfitError('HFIT_POLICY_VERSION', { version: textOf(value) }, { where });
}

function isFlow(node: Node | null): boolean {
  return (node as { flow?: boolean } | null)?.flow === true;
}
